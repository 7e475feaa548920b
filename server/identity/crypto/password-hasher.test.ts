import { expect, test } from "vitest";
import { createPasswordHasher } from "./password-hasher.ts";

test("a password is hashed by argon2id with 19 MiB and two passes, unless another cost is asked for", async () => {
  const { hash } = await createPasswordHasher();
  expect(await hash("a very plain test sentence")).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("a hash is verified at the cost it was made at", async () => {
  const cheap = await createPasswordHasher({ cost: { memoryKiB: 64, passes: 1 } });
  const stored = await cheap.hash("a very plain test sentence");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  const dear = await createPasswordHasher();
  expect(await dear.verify(stored, "a very plain test sentence")).toBe(true);
  expect(await dear.verify(stored, "another one")).toBe(false);
  expect(await dear.verify(undefined, "a very plain test sentence")).toBe(false);
});
