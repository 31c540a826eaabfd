// Recursive descent from tokens to the tree, never deeper than ChatTemplate::kMaxDepth.
#pragma once
#include <vector>

#include "engine/formats/chat_template/ast.h"
#include "engine/formats/chat_template/lexer.h"

namespace hearth::engine::jinja {

/// Throws core::Exception: InvalidArgument with the line, Unsupported for Jinja2 that we lack.
Block parseTemplate(std::vector<Token> tokens);

}  // namespace hearth::engine::jinja
