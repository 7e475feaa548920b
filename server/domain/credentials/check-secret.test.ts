import { describe, expect, it } from "vitest";
import { providers } from "../../providers/index.ts";
import { checkSecret } from "./seal-credential.ts";

const vendorOf = (id: string) => {
  const vendor = providers.get(id);
  if (vendor === undefined) throw new Error(`no vendor ${id}`);
  return vendor;
};

const key = "0123456789abcdef0123456789abcdef";

describe("a field that is never sent as it is", () => {
  it("may be written as it is described, with blanks", () => {
    const deployments = "gpt-4o=chat-prod, text-embedding-3-small=vectors";
    expect(vendorOf("azure").credential.shape["deployments"]?.description).toContain(deployments);
    expect(checkSecret(vendorOf("azure"), { apiKey: key, deployments })).toEqual({ apiKey: key, deployments });
  });

  it("is a field of the credential", () => {
    for (const { id, credential, unsent = [] } of providers.values())
      for (const field of unsent)
        expect([id, Object.keys(credential.shape)]).toEqual([id, expect.arrayContaining([field])]);
  });
});

it.each(
  [...providers.values()].flatMap(({ id, credential, unsent = [] }) =>
    Object.keys(credential.shape)
      .filter((field) => !unsent.includes(field))
      .map((field) => [id, field] as const),
  ),
)("every other field has neither blanks nor lines: %s, %s", (id, field) => {
  for (const value of ["a b", " a", "a\n", "a\r\nx: y", "\ta"])
    expect(() => checkSecret(vendorOf(id), { [field]: value })).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        issues: [{ field: `secret.${field}`, expected: expect.stringContaining("without blanks") }],
      }),
    );
});
