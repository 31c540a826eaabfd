#pragma once
#include "storage/migrations/migrations.h"
#include "storage/scope.h"
#include "storage/sqlite/connection.h"
#include "tests/support/temp_dir.h"

namespace hearth::storage {

/// A migrated control.db in a folder of its own, with two departments and a user in each.
struct TestDatabase {
    TestDatabase() {
        migrate(*control, controlMigrations()).orThrow();
        control->executeScript(
            "INSERT INTO departments(id, name, created_at) VALUES('north', 'North', 1);"
            "INSERT INTO departments(id, name, created_at) VALUES('south', 'South', 1);"
            "INSERT INTO users(id, department_id, name, password_hash, role, created_at) VALUES"
            "('nora', 'north', 'nora', '', 'user', 1), ('sven', 'south', 'sven', '', 'user', 1);");
    }

    test::TempDir dir;
    std::unique_ptr<Connection> control =
        Connection::open(dir / "control.db", Durability::Normal).valueOrThrow();
    const Owner north{"nora", "north"};
    const Owner south{"sven", "south"};
    const Scope seesNorth = Scope::department("north");
    const Scope seesSouth = Scope::department("south");
    const Scope seesAll = Scope::everything();
};

}  // namespace hearth::storage
