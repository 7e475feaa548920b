import { describe, expect, it } from "vitest";
import { providers } from "../../providers/index.ts";
import { checkBaseUrl } from "./seal-credential.ts";

const deps = { checkBaseUrl: () => undefined };
const own = "https://acme-eu.openai.azure.com/openai/v1";
const check = (id: string, chosen: string | undefined, by: "organization" | "platform" = "organization") => {
  const vendor = providers.get(id);
  if (vendor === undefined) throw new Error(`no vendor ${id}`);
  return checkBaseUrl(deps, vendor, chosen, by).baseUrl;
};

describe("where a secret may be sent", () => {
  it("is an account's own address, where each has one, and nowhere without it", () => {
    expect(check("azure", own)).toBe(own);
    for (const chosen of [undefined, "https://acme.example/openai/v1", `${own}/../x`])
      expect(() => check("azure", chosen)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(check("azure", "http://127.0.0.1:9/openai/v1", "platform")).toBe("http://127.0.0.1:9/openai/v1");
    expect(() => check("azure", undefined, "platform")).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("is one of a vendor's regions", () => {
    const frankfurt = "https://bedrock-runtime.eu-central-1.amazonaws.com";
    expect(check("bedrock", frankfurt)).toBe(frankfurt);
    expect(check("bedrock", undefined)).toBe("https://bedrock-runtime.us-east-1.amazonaws.com");
    for (const chosen of ["https://bedrock-runtime.moon-1.amazonaws.com", `${frankfurt}.evil.example`])
      expect(() => check("bedrock", chosen)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
