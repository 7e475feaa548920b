import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { z } from "zod";
import { productUnderTest } from "./product-under-test.ts";

const Identity = z.object({ port: z.int(), password: z.string() });

/** Makes the person's sign-ins an hour old, in the database of the product under test. */
export const setSignInBack = async (email: string): Promise<void> => {
  const file = join(productUnderTest().dataDir, "postgres.json");
  const { port, password } = Identity.parse(JSON.parse(readFileSync(file, "utf8")));
  const client = new Client({ host: "127.0.0.1", port, user: "nexus", password, database: "nexus" });
  await client.connect();
  try {
    await client.query(
      "update auth.sessions set auth_time = auth_time - interval '1 hour' where user_id = (select id from auth.users where email = $1)",
      [email],
    );
  } finally {
    await client.end();
  }
};
