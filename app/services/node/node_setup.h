// Makes a node's data directory with its first administrator. Works while no node runs.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"

namespace hearth::app {

struct NodeSetup {
    std::filesystem::path directory;
    core::NodeConfig config;
    std::vector<std::string> names;  // further names of the TLS certificate
    std::string administrator = "admin";
    std::filesystem::path passwordFile;  // empty: a random password
};

struct NewNode {
    std::string url;
    std::string password;  // when it was made here
    std::string localKey;  // an API key with every permission, for this machine's command line
};

/// Errors: AlreadyExists; those of DataDirectory::create; InvalidArgument (the password).
core::Result<NewNode> setUpNode(const NodeSetup& setup);

}  // namespace hearth::app
