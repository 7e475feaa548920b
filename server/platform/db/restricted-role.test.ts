import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { authRole, nexusRole, restoreRole, roleState } from "./restricted-role.ts";

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(() => client.query("begin"));
afterEach(() => client.query("rollback"));

const inOrder = { exists: true, usable: true, powers: [], lacking: [] };

/** What everybody but the owner may do, as the catalogues say it; triggers are nobody's to call. */
const rights = async (schema: string): Promise<unknown> => {
  const { rows } = await client.query(
    `select relname as name, a.grantee::regrole::text as who, a.privilege_type as what
       from pg_class, aclexplode(relacl) a where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'v') and a.grantee <> relowner
     union all
     select p.oid::regprocedure::text, a.grantee::regrole::text, a.privilege_type
       from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a where pronamespace = to_regnamespace($1) and a.grantee <> proowner
      and prorettype <> 'trigger'::regtype
     order by 1, 2, 3`,
    [schema],
  );
  return rows;
};

test.each([nexusRole, authRole])(
  "migrations give $role exactly the rights that are declared for it",
  async (wanted) => {
    expect(await roleState(client, wanted)).toEqual(inOrder);
    expect(await restoreRole(client, wanted)).toEqual([]);
  },
);

test.each([nexusRole, authRole])(
  "a schema restored without rights gets exactly those of $role again",
  async (wanted) => {
    const { role, schema } = wanted;
    const before = await rights(schema);
    await client.query(
      `revoke all on all tables in schema ${schema} from ${role}; revoke all on schema ${schema} from ${role};
     alter default privileges in schema ${schema} revoke all on tables from ${role}; revoke ${role} from current_user`,
    );
    if (wanted.calls !== undefined)
      await client.query(`do $$ declare f regprocedure; begin
      for f in select oid from pg_proc where pronamespace = '${schema}'::regnamespace loop
        execute format('revoke all on function %s from ${role}; grant execute on function %s to public', f, f);
      end loop; end $$`);
    const { lacking } = await roleState(client, wanted);
    expect(lacking.length).toBeGreaterThan(30);
    await restoreRole(client, wanted);
    expect(await roleState(client, wanted)).toEqual(inOrder);
    expect(await rights(schema)).toEqual(before);
  },
);

test("extra rights are revoked, and powers of the role are reported", async () => {
  await client.query(
    `grant insert, update on nexus.entry to nexus_app; grant truncate on nexus.operation to public;
     grant execute on function nexus.allow_spending() to nexus_app; alter role nexus_app createrole`,
  );
  expect(await roleState(client, nexusRole)).toMatchObject({
    powers: ["createrole"],
    lacking: expect.arrayContaining([
      'revoke insert on "nexus"."entry" from "nexus_app", public',
      'revoke update on "nexus"."entry" from "nexus_app", public',
      'revoke truncate on "nexus"."operation" from "nexus_app", public',
      'revoke execute on function nexus.allow_spending() from "nexus_app"',
    ]),
  });
  await restoreRole(client, nexusRole);
  expect((await roleState(client, nexusRole)).lacking).toEqual([]);
});
