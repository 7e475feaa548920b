/** A page of the documentation: a Markdown file of the repository and the address below `/docs` where it is read. */
export interface ContentsEntry {
  readonly file: string;
  readonly slug: string;
  /** Where the page's own title is too long for the sidebar. */
  readonly label?: string;
}

export interface ContentsSection {
  readonly title: string;
  readonly pages: readonly ContentsEntry[];
}

const recipe = (name: string, label?: string): ContentsEntry => ({
  file: `docs/recipes/${name}.md`,
  slug: `guides/${name}`,
  ...(label === undefined ? {} : { label }),
});

const generated = (name: string, label?: string): ContentsEntry => ({
  file: `docs/generated/${name}.md`,
  slug: `reference/${name}`,
  ...(label === undefined ? {} : { label }),
});

const page = (path: string, label?: string): ContentsEntry => ({
  file: `docs/${path}.md`,
  slug: path,
  ...(label === undefined ? {} : { label }),
});

/** What is read in which order. The files stay where the repository has them. */
export const tableOfContents: readonly ContentsSection[] = [
  {
    title: "Start",
    pages: [
      { file: "docs/README.md", slug: "", label: "Overview" },
      page("quick-start"),
      page("get-a-token", "Get a token"),
      { file: "docs/generated/connect.md", slug: "connect" },
    ],
  },
  {
    title: "Concepts",
    pages: [
      page("concepts/path-of-a-call"),
      page("concepts/budgets"),
      recipe("what-is-held"),
      page("concepts/credential-order"),
      page("concepts/states"),
      recipe("doubt"),
      recipe("idempotency"),
      page("glossary"),
    ],
  },
  {
    title: "AI",
    pages: [
      page("guides/ai", "AI guide"),
      recipe("ai-in-apps", "AI in Topolo's apps"),
      recipe("streaming", "Streaming"),
      recipe("google-api", "Google's API"),
      recipe("thinking-and-tools", "Thinking and tools"),
      recipe("local-models", "Local models"),
    ],
  },
  {
    title: "E-mail, payments, customers",
    pages: [
      recipe("send-mail"),
      recipe("payments"),
      recipe("spending-policies", "Spending policies"),
      recipe("bill-your-customers"),
    ],
  },
  {
    title: "Apps and access",
    pages: [
      recipe("register-an-app"),
      recipe("service-tokens"),
      { file: "docs/api-keys.md", slug: "guides/api-keys", label: "API keys" },
      recipe("budgets", "Set a budget"),
      recipe("prices", "See and set prices"),
      recipe("usage", "Usage and statements"),
      recipe("attention", "What needs attention"),
      recipe("routing", "Where calls go"),
      recipe("assistants", "Ask from an assistant (MCP)"),
      recipe("store-your-own-key", "Your own vendor key"),
      recipe("company-directory", "A company's directory"),
      recipe("third-party-apps"),
    ],
  },
  {
    title: "Moving to Nexus",
    pages: [
      page("moving/vendor-sdks", "From a vendor's SDK"),
      page("moving/litellm", "From LiteLLM"),
      page("moving/portkey", "From Portkey"),
      page("moving/openrouter", "From OpenRouter"),
    ],
  },
  {
    title: "When something is wrong",
    pages: [
      { file: "docs/generated/errors.md", slug: "errors" },
      page("failures/bypassed-gateway"),
      page("failures/key-outside-nexus"),
      page("failures/missing-attribution"),
      page("failures/policy-and-expectations"),
      page("failures/stale-context"),
      page("failures/missing-catalogue-rows", "Scope not in the catalogue"),
      page("failures/mismatched-service-ids", "Two ids of a service"),
      page("failures/own-refresh-clients", "Own session refresh"),
      page("failures/own-token-validation", "Own token validation"),
    ],
  },
  {
    title: "Operations",
    pages: [
      recipe("production", "Deploy"),
      recipe("several-processes", "Scale"),
      recipe("at-scale", "Ten million operations"),
      page("shipping", "Shipping it"),
      page("operations/scale", "Past one primary"),
      page("benchmarks"),
      page("operations", "Run, back up, rotate, upgrade"),
      page("operations/high-availability", "High availability"),
      recipe("auth-alone"),
      recipe("ending-a-doubt", "Resolve an uncertain call"),
      generated("configuration"),
    ],
  },
  {
    title: "Security",
    pages: [
      page("security"),
      { file: "docs/identity-security.md", slug: "security/identity", label: "Attacks and their tests" },
    ],
  },
  {
    title: "Reference",
    pages: [
      generated("vendors"),
      generated("operation-matrix", "Operations and doors"),
      generated("anthropic-betas", "Anthropic's betas"),
      generated("tested-clients", "Tested clients"),
      generated("permissions"),
      generated("call-outcomes", "Call outcomes"),
      generated("manifest", "App manifests"),
      generated("identity-roles", "Roles and routes"),
      generated("identity-revocation", "What revokes what"),
      { file: "client-sdk/README.md", slug: "packages/nexus-client", label: "nexus-client" },
      { file: "packages/auth-client/README.md", slug: "packages/auth-client", label: "auth-client" },
      { file: "packages/auth-middleware/README.md", slug: "packages/auth-middleware", label: "auth-middleware" },
    ],
  },
  {
    title: "Contributing",
    pages: [
      { file: "ARCHITECTURE.md", slug: "contributing/architecture" },
      { file: "CONTRIBUTING.md", slug: "contributing/rules", label: "Rules and commands" },
      { file: "docs/design.md", slug: "contributing/design", label: "Look of the pages" },
      recipe("add-a-vendor"),
      recipe("add-a-mail-vendor"),
      recipe("add-a-payment-vendor"),
      recipe("add-an-operation"),
      recipe("add-an-error"),
      { file: "docs/decisions/README.md", slug: "decisions", label: "Decisions" },
    ],
  },
];
