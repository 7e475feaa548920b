import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyEntry, openTestCredentialDeps, type TestCredentialDeps } from "../../../test/credential-deps.ts";
import { createSealedBox, openKeyring } from "../../platform/crypto/index.ts";
import { newId } from "../../platform/ids.ts";
import { keyringState, rewrapAll } from "./index.ts";
import { sealedPlaces, type SealedPlace } from "./store-sealed-rows.ts";

const [oldKey, newKey] = [keyEntry("old"), keyEntry("new")];
const [old, both, renewed] = [openKeyring(oldKey), openKeyring(`${newKey},${oldKey}`), openKeyring(newKey)];
const places = Object.keys(sealedPlaces) as SealedPlace[];

let deps: TestCredentialDeps;
beforeAll(async () => {
  deps = await openTestCredentialDeps(undefined, oldKey);
});
afterAll(() => deps.close());

const sealed = (place: SealedPlace, rowId: string, text: string): Uint8Array =>
  createSealedBox(old, sealedPlaces[place]).seal(rowId, Buffer.from(text));

const insertMail = async (rowId: string): Promise<void> => {
  await deps.db.pool.query(
    `insert into nexus.email_message (email_id, org_id, stream, category, sender_domain, message_id, head)
     values ($1, 'org_a', 'transactional', 'notification', 'example.com', $2, $3)`,
    [rowId, `<${rowId}@example.com>`, sealed("email_message", rowId, "kept")],
  );
};

/** One row of each place, with something that only the old key opens. */
const inserts: Readonly<Record<SealedPlace, (rowId: string) => Promise<unknown>>> = {
  attempt: (rowId) =>
    deps.db.pool.query(
      `insert into nexus.attempt (operation_id, n, vendor, model, credential_tier, credential_id, started_at, request)
       values ($1, 1, 'smtp', '', 'byok', 'c', now(), $2)`,
      [rowId, sealed("attempt", rowId, "kept")],
    ),
  act_queue: (rowId) =>
    deps.db.pool.query(
      `insert into nexus.act_queue (operation_id, org_id, due_at, expires_at, content) values ($1, 'org_a', now(), now(), $2)`,
      [rowId, sealed("act_queue", rowId, "kept")],
    ),
  email_message: insertMail,
  email_content: async (rowId) => {
    await insertMail(rowId);
    await deps.db.pool.query(`insert into nexus.email_content (email_id, body, expires_at) values ($1, $2, now())`, [
      rowId,
      sealed("email_content", rowId, "kept"),
    ]);
  },
  email_suppression: (rowId) =>
    deps.db.pool.query(
      `insert into nexus.email_suppression (suppression_id, org_id, stream, address_hash, address, reason, source)
       values ($1, 'org_a', 'any', $2, $3, 'manual', 'test')`,
      [rowId, randomBytes(32), sealed("email_suppression", rowId, "kept")],
    ),
  webhook: (rowId) =>
    deps.db.pool.query(
      "insert into nexus.webhook (id, organization_id, label, url, secrets) values ($1, 'org_a', 'hook', 'https://example.com/', $2)",
      [rowId, sealed("webhook", rowId, "kept")],
    ),
  kept_response: (rowId) =>
    deps.db.pool.query(
      `insert into nexus.kept_response (response_id, organization_id, owner_digest, status, size, content, expires_at)
       values ($1, 'org_a', $2, 'completed', 4, $3, now())`,
      [rowId, randomBytes(32), sealed("kept_response", rowId, "kept")],
    ),
  kept_response_event: async (rowId) => {
    // Of the response that is there.
    await deps.db.pool.query(
      `insert into nexus.kept_response_event (row_id, response_id, first_number, last_number, content)
       select $1, response_id, 0, 0, $2 from nexus.kept_response limit 1`,
      [rowId, sealed("kept_response_event", rowId, "kept")],
    );
  },
  conversation: (rowId) =>
    deps.db.pool.query(
      `insert into nexus.conversation (conversation_id, organization_id, owner_digest, metadata, expires_at) values ($1, 'org_a', $2, $3, now())`,
      [rowId, randomBytes(32), sealed("conversation", rowId, "kept")],
    ),
  conversation_item: async (rowId) => {
    // In the conversation that is there.
    await deps.db.pool.query(
      `insert into nexus.conversation_item (row_id, conversation_id, item_id, size, content)
       select $1, conversation_id, 'msg_1', 4, $2 from nexus.conversation limit 1`,
      [rowId, sealed("conversation_item", rowId, "kept")],
    );
  },
};

const bytesOf = async (place: SealedPlace, rowId: string): Promise<Buffer> => {
  const { rows } = await deps.db.pool.query<{ bytes: Buffer }>(
    "select bytes from nexus.sealed_row where place = $1 and row_id = $2",
    [place, rowId],
  );
  return rows[0]?.bytes ?? Buffer.of();
};

test("all that is sealed in rows goes with the key, and what does not open is told and left", async () => {
  const ids = new Map(places.map((place) => [place, newId()]));
  for (const [place, rowId] of ids) await inserts[place](rowId);
  const moved = newId();
  await inserts.email_suppression(moved);
  // Copied from another row.
  const copied = sealed("email_suppression", newId(), "kept");
  await deps.db.pool.query("update nexus.email_suppression set address = $2 where suppression_id = $1", [
    moved,
    copied,
  ]);
  const before = await keyringState(deps.db.pool, both);
  expect(before.keys).toMatchObject([{ secrets: places.length + 2 }]);

  const done = await rewrapAll({ ...deps, secretBox: both });
  expect(done).toMatchObject({
    rewrapped: places.length + 1,
    broken: [`email_suppression ${moved}`],
    remaining: [{ secrets: 1, known: true }],
  });
  for (const [place, rowId] of ids) {
    const box = createSealedBox(renewed, sealedPlaces[place]);
    expect(Buffer.from(box.open(rowId, await bytesOf(place, rowId))).toString(), place).toBe("kept");
  }
  expect(await rewrapAll({ ...deps, secretBox: both })).toMatchObject({ rewrapped: 0 });
});

/** Digests, and credentials, which are sealed in two columns of their own. */
const notSealedRows = /(^|_)(digest|hash|ikey|idempotency_key|rhash|fingerprint|wrapped_key|ciphertext)$/;
/** Gone within a day, for which operators are told to keep the old key. */
const shortLived = ["answer.body"];

test("no column that holds sealed bytes is forgotten when the key changes", async () => {
  const { rows } = await deps.db.pool.query<{ name: string; viewed: boolean }>(
    `select c.table_name || '.' || c.column_name as name,
            exists (select from information_schema.view_column_usage v where v.view_schema = 'nexus' and v.view_name = 'sealed_row'
                       and v.table_name = c.table_name and v.column_name = c.column_name) as viewed
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'nexus' and c.data_type = 'bytea' and t.table_type = 'BASE TABLE'
      order by 1`,
  );
  const kept = rows.filter(({ name }) => !notSealedRows.test(name.slice(name.indexOf(".") + 1)));
  expect(kept.filter(({ viewed }) => !viewed).map(({ name }) => name)).toEqual(shortLived);
  expect(kept.filter(({ viewed }) => viewed).map(({ name }) => name.slice(0, name.indexOf(".")))).toEqual(
    places.toSorted(),
  );
});
