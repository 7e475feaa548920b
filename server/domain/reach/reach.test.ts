import { expect, test } from "vitest";
import type { CallActor } from "../../contracts/call-context.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { testContext } from "../../../test/deps.ts";
import { isWithinReach, reachOf, withinReach, type UsageReader } from "./index.ts";

const person: CallActor = {
  kind: "user",
  userId: "usr_ann",
  sessionId: "ses_1",
  role: "member",
  platformBypass: false,
};
const as = (actor: CallActor, ...permissions: readonly string[]): UsageReader =>
  testContext({ actor, permissions: new Set(["srv_nexus.usage:read", ...permissions]) });

test.each<[string, UsageReader]>([
  ["who may set budgets", as(person, "srv_nexus.budgets:manage")],
  ["a service token", as({ kind: "service", tokenId: "nst_1", userId: undefined })],
  ["a service token on behalf of a person", as({ kind: "service", tokenId: "nst_1", userId: "usr_ann" })],
  ["an API key of nobody's", as({ kind: "api_key", keyId: "key_1", userId: undefined })],
  ["an operator", { ...operatorNamed("root"), organizationId: "org_a" }],
])("%s sees what everybody did, and whoever is asked for", (_, reader) => {
  expect(reachOf(reader)).toEqual({ reach: "organization" });
  expect(withinReach(reader, undefined)).toEqual({ reach: "organization", userId: undefined });
  expect(withinReach(reader, "usr_bob")).toEqual({ reach: "organization", userId: "usr_bob" });
  expect([null, "usr_ann", "usr_bob"].map((userId) => isWithinReach(reader, userId))).toEqual([true, true, true]);
});

test.each<[string, UsageReader]>([
  ["a person", as(person)],
  ["an API key of a person", as({ kind: "api_key", keyId: "key_1", userId: "usr_ann" })],
])("%s sees their own, and may not ask for others", (_, reader) => {
  expect(withinReach(reader, undefined)).toEqual({ reach: "own", userId: "usr_ann" });
  expect(withinReach(reader, "usr_ann")).toEqual({ reach: "own", userId: "usr_ann" });
  expect(() => withinReach(reader, "usr_bob")).toThrow(expect.objectContaining({ code: "SCOPE_DENIED" }));
  expect([null, "usr_ann", "usr_bob"].map((userId) => isWithinReach(reader, userId))).toEqual([false, true, false]);
});
