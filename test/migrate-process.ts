import { migrate } from "../server/platform/db/migrate.ts";

const [connectionString = "", folder = ""] = process.argv.slice(2);

/** Migrates schema `t`, so that it can be killed meanwhile. */
process.send?.("begins");
await migrate({ connectionString, schema: "t", folder });
process.exit(0);
