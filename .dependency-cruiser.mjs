// Who may import whom: the table of ARCHITECTURE.md, as errors.
const rule = (name, from, to, comment) => ({ name, comment, severity: "error", from, to });
const tests = "\\.test(-d)?\\.tsx?$";
const own = (path, allowed) => ({ path, pathNot: allowed });

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    rule("no-cycles", {}, { circular: true }, "Data flows one way."),
    rule(
      "contracts-import-nothing",
      { path: "^server/contracts/", pathNot: tests },
      own("^(?!server/contracts/|node_modules/zod/)", "^$"),
    ),
    rule("errors-import-nothing", { path: "^server/errors\\.ts$" }, { path: "." }),
    rule(
      "domain-imports-nothing-above",
      { path: "^server/domain/", pathNot: tests },
      { path: "^(server/(transport|gateway|providers|identity)/|app/|node_modules/(next|@trpc)/)" },
    ),
    rule(
      "domain-imports-domain-by-index",
      { path: "^server/domain/([^/]+)/", pathNot: tests },
      { path: "^server/domain/([^/]+)/", pathNot: "^server/domain/($1/|[^/]+/index\\.ts$)" },
    ),
    rule(
      "others-import-domain-by-index",
      { path: "^server/(transport|gateway|families|cli|[a-z-]+\\.ts$)", pathNot: tests },
      { path: "^server/domain/", pathNot: "^server/domain/[^/]+/index\\.ts$" },
    ),
    rule(
      "gateway-imports-no-transport",
      { path: "^server/gateway/", pathNot: tests },
      { path: "^(server/(transport|identity|providers)/|app/|prisma/)" },
    ),
    rule(
      "gateway-imports-no-family",
      { path: "^server/gateway/", pathNot: tests },
      { path: "^server/(families/(?!family\\.ts$)|contracts/(ai|email|payments)((-vendor)?\\.ts$|/))" },
    ),
    rule(
      "families-import-no-gateway",
      { path: "^server/families/", pathNot: tests },
      { path: "^(server/(transport|gateway|providers|identity)/|app/|prisma/|node_modules/(pg|@prisma)/)" },
    ),
    rule(
      "families-import-no-family",
      { path: "^server/families/([a-z]+)/", pathNot: tests },
      { path: "^server/families/[a-z]+/", pathNot: "^server/families/$1/" },
    ),
    rule(
      "others-import-families-by-index",
      { path: "^server/(?!families/)", pathNot: tests },
      { path: "^server/families/[a-z]+/", pathNot: "^server/families/[a-z]+/index\\.ts$" },
    ),
    rule(
      "transport-imports-no-vendor",
      { path: "^server/transport/", pathNot: tests },
      { path: "^(server/providers/|prisma/generated/)" },
    ),
    rule(
      "transport-uses-the-auth-package",
      { path: "^server/transport/", pathNot: tests },
      { path: "^server/identity/" },
    ),
    rule(
      "only-cli-makes-operators",
      { path: "^(server/(transport|assembly|gateway)/|app/)", pathNot: tests },
      { path: "^server/contracts/operator\\.ts$" },
      "An operator uses the command line; no HTTP request may act as one.",
    ),
    rule(
      "vendors-import-no-infrastructure",
      { path: "^server/providers/", pathNot: tests },
      { path: "^(server/(platform/(?!egress/)|domain|gateway|transport|identity)|prisma/|node_modules/pg/)" },
    ),
    rule(
      "vendors-import-no-other-vendor",
      { path: "^server/providers/([a-z]+)/([^/]+)/", pathNot: tests },
      { path: "^server/providers/[a-z]+/", pathNot: "^server/providers/$1/($2|_[^/]+)/" },
      "A vendor is its folder. What several vendors of a family share is a wire of its own, a folder with an underscore.",
    ),
    rule(
      "wires-import-no-vendor",
      { path: "^server/providers/(_wire/|[a-z]+/_[^/]+/)", pathNot: tests },
      { path: "^server/providers/([a-z]+/[^_/]|index\\.ts$)" },
      "A wire serves any vendor that speaks it.",
    ),
    rule(
      "common-wire-imports-no-other-wire",
      { path: "^server/providers/_wire/", pathNot: tests },
      { path: "^server/providers/", pathNot: "^server/providers/_wire/" },
      "The wire code that all vendors share imports no vendor and no wire of some vendors.",
    ),
    rule(
      "identity-imports-no-server-code",
      { path: "^server/identity/", pathNot: tests },
      { path: "^server/(domain|gateway|transport|providers|contracts)/" },
    ),
    rule(
      "prisma-by-its-modules",
      { path: "^server/", pathNot: `^server/(platform/db/|identity/.*store)|${tests}` },
      { path: "^prisma/generated/" },
    ),
    rule(
      "pages-import-no-server",
      { path: "^app/", pathNot: "^app/(api|v1|mcp|\\.well-known)/" },
      { path: "^(server/(?!contracts/)|prisma/|node_modules/(pg|@prisma)/)" },
    ),
    rule(
      "pages-of-auth-import-none-of-the-dashboard",
      { path: "^app/\\(identity\\)/", pathNot: tests },
      { path: "^app/(\\((dashboard|entrance)\\)|_data)/" },
      "What both groups of pages use stands beside them: _auth-api, _forms, _ui.",
    ),
    rule(
      "pages-of-the-dashboard-import-none-of-auth",
      { path: "^app/(\\((dashboard|entrance)\\)|_data)/", pathNot: tests },
      { path: "^app/\\(identity\\)/" },
      "What both groups of pages use stands beside them: _auth-api, _forms, _ui.",
    ),
    rule(
      "shared-parts-import-no-pages",
      { path: "^app/_(auth-api|forms|session|ui)/", pathNot: tests },
      { path: "^app/\\((identity|dashboard|entrance)\\)/" },
    ),
    rule(
      "route-handlers-import-the-assembly-only",
      { path: "^app/(api|v1|mcp|\\.well-known)/" },
      { path: "^(server/(?!assembly/next\\.ts$)|prisma/)" },
    ),
    rule(
      "packages-import-no-server",
      // In the published package the build puts the schemas in its place, without the server.
      { path: "^(packages|client-sdk)/", pathNot: `^client-sdk/src/testing/server-schemas\\.ts$|${tests}` },
      { path: "^(server|app|prisma|sandbox)/", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "network-through-egress",
      { path: "^server/(domain|gateway|providers|contracts)/", pathNot: tests },
      { path: "^(undici|node:https?|node:net|http|https|net|node_modules/undici/.*)$" },
    ),
    rule(
      "connections-are-bounded",
      { path: "^(server|app|client-sdk|packages)/", pathNot: `^server/platform/db/|${tests}` },
      { path: "^node_modules/(pg|pg-[a-z-]+|@prisma/adapter-pg)/", dependencyTypesNot: ["type-only"] },
      "A connection that is opened elsewhere would wait for ever: `openPool`, `connect` and `prismaAdapter` know the limits.",
    ),
    rule(
      "sandbox-imports-no-product",
      { path: "^sandbox/", pathNot: tests },
      { path: "^(server|app|client-sdk|packages)/" },
    ),
    rule(
      "no-test-in-product",
      { path: "^(server|sandbox|client-sdk|packages|app)/", pathNot: tests },
      { path: `^(test|e2e|bench)/|${tests}` },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules|prisma/generated" },
    exclude: { path: "^(client-sdk|packages/[a-z-]+)/dist/|\\.next/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
