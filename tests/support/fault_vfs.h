#pragma once
#include <memory>

namespace hearth::test {

/// While it lives, databases opened in this process go through a layer that lets `operations`
/// writes, flushes and truncations through and fails all later ones as a full disk does.
class FaultVfs {
public:
    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    void failAfter(int operations);
    void heal();
    bool hasFailed() const;

private:
    struct Layer;
    std::unique_ptr<Layer> m_layer;
};

}  // namespace hearth::test
