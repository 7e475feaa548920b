import { providers } from "../../server/providers/index.ts";

/** An address that everybody may use for something else is no vendor's own. */
const shared: ReadonlySet<string> = new Set(["api.cloudflare.com"]);

const isPublic = (host: string): boolean => host.includes(".") && !/^(127\.|localhost)/.test(host) && !shared.has(host);

/** client-sdk/src/audit/vendor-hosts.ts */
export const vendorHostsModule = (): string => {
  const lines = [...providers.values()].map(({ id, name, family, defaultBaseUrl, addresses = [], addressForm }) => {
    const hosts = new Set(
      (addressForm === undefined ? [defaultBaseUrl, ...addresses] : [])
        .filter((url) => URL.canParse(url))
        .map((url) => new URL(url).hostname),
    );
    return { id, name, family, hosts: [...hosts].filter(isPublic).toSorted() };
  });
  return [
    "// Written by `npm run docs` from the vendors that the server calls.",
    "",
    "/** A vendor, and the addresses that are its own. */",
    "interface VendorHosts {",
    "  readonly id: string;",
    "  readonly name: string;",
    '  readonly family: "ai" | "email" | "payments";',
    "  readonly hosts: readonly string[];",
    "}",
    "",
    "/** Every vendor that Nexus calls. */",
    "// A list stays a list.",
    "// oxfmt-ignore",
    "export const vendorHosts: readonly VendorHosts[] = [",
    ...lines.map((vendor) => `  ${JSON.stringify(vendor)},`),
    "];",
    "",
  ].join("\n");
};
