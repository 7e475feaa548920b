import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../../test/auth-server.ts";
import { silentLogger } from "../../../platform/logger.ts";
import { createSealer } from "../../crypto/seal.ts";
import { createAuthServer } from "../../index.ts";
import { seedBoundTo } from "../totp.ts";

const [older, newer] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)];

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

test("authenticator seeds are re-encrypted under a new encryption key", async () => {
  const user = await auth.addUser();
  const ids = Array.from({ length: 3 }, (_, index) => `otp_${index}`);
  for (const id of ids)
    await auth.pool.query("insert into auth.totp_credentials (id, user_id, secret_sealed) values ($1, $2, $3)", [
      id,
      user.id,
      createSealer([older]).seal(`seed of ${id}`, seedBoundTo(id)),
    ]);
  const server = await createAuthServer({
    databaseUrl: auth.databaseUrl,
    publicUrl: "http://localhost:3001",
    encryptionKey: newer,
    previousEncryptionKeys: [older],
    clock: auth.clock,
    log: silentLogger,
  });
  await server.runHousekeeping();
  await server.close(500);
  const { rows } = await auth.pool.query<{ id: string; secret_sealed: string }>(
    "select id, secret_sealed from auth.totp_credentials order by id",
  );
  const alone = createSealer([newer]);
  expect(rows.map(({ id, secret_sealed: sealed }) => alone.open(sealed, seedBoundTo(id)))).toEqual(
    ids.map((id) => `seed of ${id}`),
  );
});
