// What a page is given: the services it may use, and nothing of the window around it.
#pragma once

namespace hearth::ui {

class LocalNode;
class Navigator;
class NodeWatch;
class Preferences;
class Profiles;
class SecretStore;
class Session;
class Toasts;

struct AppContext {
    Preferences& preferences;
    Profiles& profiles;
    SecretStore& secrets;
    Session& session;
    NodeWatch& watch;
    LocalNode& localNode;
    Toasts& toasts;
    Navigator& navigator;
};

}  // namespace hearth::ui
