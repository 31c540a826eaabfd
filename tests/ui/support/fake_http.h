// The little HTTP that FakeNode speaks.
#pragma once
#include <optional>

#include "tests/ui/support/fake_node.h"

namespace hearth::ui {

/// Takes one whole request out of `buffer`; nothing while it is not complete.
std::optional<FakeRequest> takeRequest(QByteArray& buffer);

/// The head and body of an answer that is no stream; for a stream, its head.
QByteArray wireForm(const FakeAnswer& answer);

/// One chunk of a chunked answer; no bytes: the last one.
QByteArray chunk(const QByteArray& bytes);

}  // namespace hearth::ui
