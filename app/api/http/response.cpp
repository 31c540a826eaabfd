#include "app/api/http/response.h"

namespace hearth::app {

Response Response::json(std::string text, int status) {
    return {.status = status,
            .headers = {{"content-type", "application/json"}},
            .body = std::move(text),
            .producer = {}};
}

Response Response::text(std::string text, int status) {
    return {.status = status,
            .headers = {{"content-type", "text/plain; charset=utf-8"}},
            .body = std::move(text),
            .producer = {}};
}

Response Response::noContent() {
    return {.status = 204, .headers = {}, .body = {}, .producer = {}};
}

Response Response::events(Producer producer) {
    // x-accel-buffering: nginx would otherwise hold tokens back until its buffer is full.
    return {.status = 200,
            .headers = {{"content-type", "text/event-stream; charset=utf-8"},
                        {"x-accel-buffering", "no"}},
            .body = {},
            .producer = std::move(producer)};
}

Response Response::download(std::string contentType, Producer producer) {
    return {.status = 200,
            .headers = {{"content-type", std::move(contentType)}},
            .body = {},
            .producer = std::move(producer)};
}

}  // namespace hearth::app
