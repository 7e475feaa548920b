// Who may import whom: the table of ARCHITECTURE.md, as errors.
const rule = (name, from, to, comment) => ({ name, comment, severity: "error", from, to });
const tests = "\\.test(-d)?\\.tsx?$";
const own = (path, allowed) => ({ path, pathNot: allowed });

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    rule("no-cycles", {}, { circular: true }, "Data flows one way."),
    rule(
      "contracts-know-nobody",
      { path: "^server/contracts/", pathNot: tests },
      own("^(?!server/contracts/|node_modules/zod/)", "^$"),
    ),
    rule("errors-know-nobody", { path: "^server/errors\\.ts$" }, { path: "." }),
    rule(
      "domain-stays-below",
      { path: "^server/domain/", pathNot: tests },
      { path: "^(server/(transport|gateway|providers|identity)/|app/|node_modules/(next|@trpc)/)" },
    ),
    rule(
      "rooms-enter-by-the-door",
      { path: "^server/domain/([^/]+)/", pathNot: tests },
      { path: "^server/domain/([^/]+)/", pathNot: "^server/domain/($1/|[^/]+/index\\.ts$)" },
    ),
    rule(
      "others-enter-rooms-by-the-door",
      { path: "^server/(transport|gateway|families|cli|[a-z-]+\\.ts$)", pathNot: tests },
      { path: "^server/domain/", pathNot: "^server/domain/[^/]+/index\\.ts$" },
    ),
    rule(
      "gateway-knows-no-door",
      { path: "^server/gateway/", pathNot: tests },
      { path: "^(server/(transport|identity|providers)/|app/|prisma/)" },
    ),
    rule(
      "gateway-knows-no-family",
      { path: "^server/gateway/", pathNot: tests },
      { path: "^server/(families/(?!family\\.ts$)|contracts/(ai|email|payments)(-vendor)?\\.ts$)" },
    ),
    rule(
      "families-know-no-path",
      { path: "^server/families/", pathNot: tests },
      { path: "^(server/(transport|gateway|providers|identity)/|app/|prisma/|node_modules/(pg|@prisma)/)" },
    ),
    rule(
      "families-know-no-family",
      { path: "^server/families/([a-z]+)/", pathNot: tests },
      { path: "^server/families/[a-z]+/", pathNot: "^server/families/$1/" },
    ),
    rule(
      "others-enter-families-by-the-door",
      { path: "^server/(?!families/)", pathNot: tests },
      { path: "^server/families/[a-z]+/", pathNot: "^server/families/[a-z]+/index\\.ts$" },
    ),
    rule(
      "doors-know-no-vendor",
      { path: "^server/transport/", pathNot: tests },
      { path: "^(server/providers/|prisma/generated/)" },
    ),
    rule(
      "doors-ask-auth-by-its-package",
      { path: "^server/transport/", pathNot: tests },
      { path: "^server/identity/" },
    ),
    rule(
      "doors-make-no-operator",
      { path: "^(server/(transport|assembly|gateway)/|app/)", pathNot: tests },
      { path: "^server/contracts/operator\\.ts$" },
      "An operator is somebody at the command line; whoever comes through a door is not.",
    ),
    rule(
      "vendors-know-no-ground",
      { path: "^server/providers/", pathNot: tests },
      { path: "^(server/(platform/(?!egress/)|domain|gateway|transport|identity)|prisma/|node_modules/pg/)" },
    ),
    rule(
      "vendors-know-no-vendor",
      { path: "^server/providers/([a-z]+)/([^/]+)/", pathNot: tests },
      { path: "^server/providers/[a-z]+/", pathNot: "^server/providers/$1/($2|_[^/]+)/" },
      "A vendor is its folder. What several vendors of a family share is a wire of its own, a folder with an underscore.",
    ),
    rule(
      "wires-know-no-vendor",
      { path: "^server/providers/(_wire/|[a-z]+/_[^/]+/)", pathNot: tests },
      { path: "^server/providers/([a-z]+/[^_/]|index\\.ts$)" },
      "A wire serves any vendor that speaks it.",
    ),
    rule(
      "the-common-wire-knows-no-other",
      { path: "^server/providers/_wire/", pathNot: tests },
      { path: "^server/providers/", pathNot: "^server/providers/_wire/" },
      "What every vendor uses knows neither a vendor nor one wire of some.",
    ),
    rule(
      "identity-is-a-leaf",
      { path: "^server/identity/", pathNot: tests },
      { path: "^server/(domain|gateway|transport|providers|contracts)/" },
    ),
    rule(
      "prisma-by-its-door",
      { path: "^server/", pathNot: `^server/(platform/db/|identity/.*store)|${tests}` },
      { path: "^prisma/generated/" },
    ),
    rule(
      "pages-are-clients",
      { path: "^app/", pathNot: "^app/(api|v1)/" },
      { path: "^(server/(?!contracts/)|prisma/|node_modules/(pg|@prisma)/)" },
    ),
    rule("route-handlers-are-doors", { path: "^app/(api|v1)/" }, { path: "^(server/(?!assembly/next\\.ts$)|prisma/)" }),
    rule(
      "packages-carry-no-server",
      { path: "^(packages|client-sdk)/", pathNot: tests },
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
    rule("sandbox-is-apart", { path: "^sandbox/", pathNot: tests }, { path: "^(server|app|client-sdk|packages)/" }),
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
