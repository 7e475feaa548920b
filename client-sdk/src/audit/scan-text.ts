import { bypassOf, type Bypass } from "./bypass.ts";
import { vendorFacts, type VendorFacts } from "./vendor-facts.ts";

/** A line, or the one above it, that says so is left out, with a reason for whoever reads it. */
const accepted = /nexus-audit-ignore:\s*\S/;

/** A base URL of one's own: the SDK may be pointed at Nexus. */
const ownBaseUrl = /\b(?:baseURL|base_url|baseUrl|OPENAI_BASE_URL|ANTHROPIC_BASE_URL)\b/;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** JavaScript's imports, and Python's, by the name of the package or a part of it. */
const importOf = (name: string): RegExp => {
  const known = escaped(name);
  return new RegExp(
    `(?:\\bfrom\\s*|\\brequire\\s*\\(\\s*|\\bimport\\s*\\(?\\s*)["'\`]${known}(?:/[^"'\`]*)?["'\`]|^\\s*(?:from|import)\\s+${known}(?:[.\\s]|$)`,
  );
};

interface Pattern {
  readonly vendor: VendorFacts;
  readonly what: string;
  readonly pattern: RegExp;
}

const hosts: readonly Pattern[] = vendorFacts.flatMap((vendor) =>
  vendor.hosts.map((host) => ({
    vendor,
    what: host,
    pattern: new RegExp(`(?<![\\w.-])${escaped(host)}(?![\\w-]|\\.\\w)`, "i"),
  })),
);

const imports: readonly Pattern[] = vendorFacts.flatMap((vendor) =>
  vendor.packages.map((name) => ({ vendor, what: name, pattern: importOf(name) })),
);

const redirectable: readonly Pattern[] = vendorFacts.flatMap((vendor) =>
  vendor.redirectable.map((name) => ({ vendor, what: name, pattern: importOf(name) })),
);

/** Longer lines are no lines of a person's: minified code, data. */
const longestLine = 2_000;

const linesOf = (text: string): readonly (readonly [number, string])[] => {
  const lines = text.split("\n");
  return lines.flatMap((line, at) =>
    line.length > longestLine || accepted.test(line) || accepted.test(lines[at - 1] ?? "")
      ? []
      : [[at + 1, line] as const],
  );
};

/** What a source says: imports of vendors' packages, addresses of theirs, keys in the open. */
export const scanSource = (file: string, text: string): readonly Bypass[] => {
  // Whether it is Nexus that the base URL names is its author's to know; a vendor's would be found as a call.
  const patterns = ownBaseUrl.test(text) ? imports : [...imports, ...redirectable];
  return linesOf(text).flatMap(([line, content]) => [
    ...patterns
      .filter(({ pattern }) => pattern.test(content))
      .map(({ vendor, what }) => bypassOf("sdk", vendor, { file, line, what })),
    ...hosts
      .filter(({ pattern }) => pattern.test(content))
      .map(({ vendor, what }) => bypassOf("call", vendor, { file, line, what })),
    ...vendorFacts
      .filter(({ keys }) => keys?.test(content))
      .map((vendor) => bypassOf("key", vendor, { file, line, what: `a key of ${vendor.name}` })),
  ]);
};

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/** A place to fill in is no key. */
const isFilledIn = (value: string): boolean => {
  const bare = value
    .replace(/\s+#.*$/, "")
    .trim()
    .replaceAll(/^["']|["']$/g, "");
  return bare !== "" && !/^(<.*>|\.\.\.|…|x+|your[-_].*|change[-_]?me|\$\{?\w+\}?|placeholder)$/i.test(bare);
};

/** What an environment file holds: keys by the names of their variables, or by what they look like. */
export const scanEnvironment = (file: string, text: string): readonly Bypass[] =>
  linesOf(text).flatMap(([line, content]) => {
    const [, name = "", value = ""] = assignment.exec(content) ?? [];
    if (name === "" || !isFilledIn(value)) return [];
    const vendor =
      vendorFacts.find(({ keys }) => keys?.test(value)) ?? vendorFacts.find(({ variables }) => variables.test(name));
    return vendor === undefined ? [] : [bypassOf("key", vendor, { file, line, what: name })];
  });

const packagesOf = (vendor: VendorFacts): readonly string[] => vendor.packages;

const sections = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;

const lineOf = (text: string, word: string): number =>
  text.slice(0, Math.max(0, text.indexOf(word))).split("\n").length;

/** What a manifest asks for. */
export const scanManifest = (file: string, text: string): readonly Bypass[] => {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof manifest !== "object" || manifest === null) return [];
  const asked = new Set(
    sections.flatMap((section) => {
      const part: unknown = Reflect.get(Object(manifest), section);
      return typeof part === "object" && part !== null ? Object.keys(part) : [];
    }),
  );
  return vendorFacts.flatMap((vendor) =>
    packagesOf(vendor)
      .filter((name) => asked.has(name))
      .map((name) => bypassOf("dependency", vendor, { file, line: lineOf(text, `"${name}"`), what: name })),
  );
};

/** What a lockfile has installed, of whatever package manager: each package once. */
export const scanLockfile = (file: string, text: string): readonly Bypass[] =>
  vendorFacts.flatMap((vendor) =>
    packagesOf(vendor).flatMap((name) => {
      const found = new RegExp(`(?:^|[\\s"'/])(?:node_modules/)?${escaped(name)}(?=["'@:]|\\s*$)`, "m").exec(text);
      return found === null
        ? []
        : [
            bypassOf("dependency", vendor, {
              file,
              line: text.slice(0, found.index + 1).split("\n").length,
              what: name,
            }),
          ];
    }),
  );
