import { systemClock } from "../server/platform/clock.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { createAuthServer } from "../server/identity/index.ts";

// Auth as a process of its own: auth-process.ts <port>. AUTH_DATABASE_URL and AUTH_ENCRYPTION_KEY stand in the environment.

const server = await createAuthServer({
  databaseUrl: process.env["AUTH_DATABASE_URL"] ?? "",
  publicUrl: "http://localhost:3001",
  encryptionKey: Buffer.from(process.env["AUTH_ENCRYPTION_KEY"] ?? "", "base64"),
  clock: systemClock,
  log,
});
await server.listen(Number(process.argv[2]), "127.0.0.1");
process.on("SIGTERM", () => void server.close(1_000).then(() => process.exit(0)));
