import { createAuthServer } from "../server/identity/index.ts";
import { systemClock } from "../server/platform/clock.ts";
import { silentLogger as log } from "../server/platform/logger.ts";

// Auth alone on a loopback port: auth-process.ts <port>. The database's address stands in BENCH_DATABASE_URL.

const server = await createAuthServer({
  databaseUrl: process.env["BENCH_DATABASE_URL"] ?? "",
  publicUrl: "http://localhost:3001",
  encryptionKey: Buffer.from(process.env["BENCH_ENCRYPTION_KEY"] ?? "", "base64"),
  clock: systemClock,
  log,
});
await server.listen(Number(process.argv[2]), "127.0.0.1");
process.on("SIGTERM", () => void server.close(1_000).then(() => process.exit(0)));
