import { expect, it } from "vitest";
import { providers } from "../../../server/providers/index.ts";
import { familyOperations } from "./family-vendor.ts";
import { familyVendors } from "./family-vendors.ts";

/** What a vendor can do of what the campaign has done, as its adapter declares it. */
const declared = [...providers.values()].flatMap(({ id, email, payments }) => {
  const acts = [
    ...(email === undefined ? [] : ["email.send"]),
    ...[...(payments?.acts ?? [])].map((kind) => `payments.${kind}`),
  ];
  return familyOperations.filter((operation) => acts.includes(operation)).map((operation) => `${operation} at ${id}`);
});

/** Beside what its vendor can do: why the campaign has it not. */
const leftOut: Readonly<Record<string, string>> = {};

it("the campaign of families has every vendor of mail and payments do all that it can do of it", () => {
  const played = familyVendors.flatMap(({ id, operations }) => operations.map((operation) => `${operation} at ${id}`));
  expect([...played, ...Object.keys(leftOut)].toSorted()).toEqual(declared.toSorted());
});
