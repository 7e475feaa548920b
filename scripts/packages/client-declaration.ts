import { listProcedures, type DeclaredProcedure } from "../../server/transport/trpc/procedure-list.ts";
import { staleFieldDocs } from "./field-docs.ts";
import { loadNamedSchemas } from "./named-schemas.ts";
import { restatesName } from "./restates-name.ts";
import { unitDocs } from "./unit-docs.ts";
import { docComment, SchemaPrinter, type Undocumented } from "./schema-printer.ts";

/** The declaration of everything that the client can call, with what each part of it means. */
export interface ClientDeclaration {
  readonly text: string;
  /** The types of inputs and answers, and what they are made of. */
  readonly types: readonly string[];
  /** Fields that nothing is told of. */
  readonly undocumented: readonly Undocumented[];
  /** Fields, and units, of which no more is told than their name says. */
  readonly restated: readonly Undocumented[];
  /** Fields that are told of, and that there are none of. */
  readonly stale: readonly string[];
}

interface Signature {
  readonly procedure: DeclaredProcedure;
  readonly input: string;
  readonly output: string;
  readonly docs: string;
}

type Tree = Map<string, Tree | Signature>;

const isTree = (node: Tree | Signature): node is Tree => node instanceof Map;

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** `payments.checkout.create` → `PaymentsCheckoutCreate`. */
const typeNameOf = (name: string): string => name.split(".").map(capital).join("");

const costOf = ({ metered, streaming, type }: DeclaredProcedure): string => {
  if (metered)
    return `Costs money: its most is held before the vendor is called. Travels alone, under an idempotency key.${
      streaming ? " Answers as a stream of parts, which is never repeated once it has begun." : ""
    }`;
  return type === "query" ? "Costs nothing and may be repeated." : "Costs nothing; is not repeated by itself.";
};

const docsOfProcedure = (procedure: DeclaredProcedure): string => {
  const { summary, permissions, rest, lasting, name } = procedure;
  return [
    `${summary}.`,
    "",
    `Needs the permission ${permissions.map((one) => `\`${one}\``).join(" or ")}${
      lasting ? ", and of a person a sign-in of the last ten minutes" : ""
    }.`,
    costOf(procedure),
    `REST: \`${rest.method} ${rest.path}\`.`,
    "",
    `Throws {@link NexusClientError}; \`error.code\` is one of {@link NexusErrorCodes}.`,
    "",
    `@example`,
    `const answer = await nexus.${name}.${procedure.type === "query" ? "query" : "mutate"}(input);`,
  ].join("\n");
};

const place = (tree: Tree, path: readonly string[], signature: Signature): void => {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    tree.set(head, signature);
    return;
  }
  const branch = tree.get(head) ?? new Map<string, Tree | Signature>();
  if (!isTree(branch)) throw new Error(`${head} is a procedure and a router.`);
  tree.set(head, branch);
  place(branch, rest, signature);
};

const families: Readonly<Record<string, string>> = {
  ai: "Models of every vendor: text, streams, embeddings, rankings, moderation, images, speech, transcripts.",
  email: "Mail: sending, templates, domains, suppressions, and what became of each mail.",
  payments: "Payments at every vendor: checkouts, orders, refunds, customers, subscriptions.",
  approvals: "Payments that wait for a person.",
  spending: "What apps may spend.",
  customers: "Customers of your app, whose wallets pay for their calls.",
  plans: "Plans of customers: markups and allowances.",
  wallets: "Wallets of customers: balance, entries, top-ups.",
  billing: "Statements of customers, and what is told to Stripe's meters.",
  keys: "The organization's own vendor keys. Their secrets are written, never read.",
  credentials: "The platform's credentials at vendors, for platform operators.",
  serviceTokens: "Tokens of backend services.",
  operations: "The ledger: one row for each metered call.",
  usage: "What was used, budgets, prices and limits.",
  preferences: "How the organization's calls are routed.",
  apps: "Registered apps, and calls that no app could be named for.",
};

/** Answers of streams are what a client reads part by part. */
const answerOf = ({ procedure, output }: Signature): string =>
  procedure.streaming ? `AsyncIterable<${output}>` : output;

const clientInterface = (tree: Tree, indent: string): string =>
  [...tree]
    .map(([name, node]) => {
      if (isTree(node)) {
        const docs =
          indent === "  " ? (families[name] ?? `The procedures of \`${name}\`.`) : `The procedures of \`${name}\`.`;
        return `${docComment(docs, indent)}${indent}readonly ${name}: {\n${clientInterface(node, `${indent}  `)}\n${indent}};`;
      }
      const { procedure, input, docs } = node;
      const verb = procedure.type === "query" ? "query" : "mutate";
      const inner = `${indent}  `;
      return `${docComment(docs, indent)}${indent}readonly ${name}: {\n${docComment(docs, inner)}${inner}${verb}(input: ${input}, options?: NexusCallOptions): Promise<${answerOf(node)}>;\n${indent}};`;
    })
    .join("\n");

const operations = (tree: Tree, prefix: string): string =>
  [...tree]
    .map(([name, node]) =>
      isTree(node)
        ? operations(node, `${prefix}${name}.`)
        : `${docComment(node.docs, "  ")}  readonly "${prefix}${name}": { readonly input: ${node.input}; readonly output: ${answerOf(node)} };`,
    )
    .join("\n");

const routerRecord = (tree: Tree, indent: string): string =>
  [...tree]
    .map(([name, node]) => {
      if (isTree(node)) return `${indent}${name}: {\n${routerRecord(node, `${indent}  `)}\n${indent}};`;
      const { procedure, input, docs } = node;
      const kind = procedure.type === "query" ? "TRPCQueryProcedure" : "TRPCMutationProcedure";
      return `${docComment(docs, indent)}${indent}${name}: ${kind}<{ meta: object; input: ${input}; output: ${answerOf(node)} }>;`;
    })
    .join("\n");

const head = `// Written by the build from the schemas that the server checks.
import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";
import type { NexusCallOptions } from "./call-options.js";
import type { NexusClientError } from "./nexus-client-error.js";
import type { NexusErrorCodes, NexusErrorCodeTable } from "./nexus-error-codes.js";

/** Any plain JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

`;

/** A value for each class of metered unit; the same words everywhere. */
const units = (): string =>
  [
    "/** A value for each class of metered unit. */",
    "export interface UnitsOf<Value> {",
    ...Object.entries(unitDocs).map(([unit, docs]) => `${docComment(`${docs}.`, "  ")}  ${unit}: Value;`),
    "}",
    "",
  ].join("\n");

const restatedUnits = (): readonly Undocumented[] =>
  Object.entries(unitDocs).flatMap(([unit, docs]) => (restatesName(unit, docs) ? [`UnitsOf.${unit}`] : []));

/** What an error says on the wire. */
const wire = `export interface NexusWireError {
  /** What went wrong, by its stable name. */
  code: Exclude<keyof NexusErrorCodeTable, "CONNECTION_FAILED" | "ABORTED">;
  /** For people; may change. */
  message: string;
  /** Whether the vendor acted: \`none\` nothing left, \`done\` it acted, \`unknown\` nobody can tell yet. */
  effect: "none" | "done" | "unknown";
  /** The same call, unchanged, may succeed and costs nothing extra. */
  retryable: boolean;
  /** Names the request in the logs. */
  requestId: string;
  /** Where the error is explained. */
  docs: string;
  /** The ledger row, where the call got that far. */
  operationId?: string;
  /** What is wrong with the input, field by field. */
  issues?: readonly { readonly field: string; readonly expected: string }[];
  /** Facts of this error, such as the budget that has no room. */
  details?: Readonly<Record<string, unknown>>;
  /** How long to wait before the same call may succeed. */
  retryAfterMs?: number;
}
`;

/** Reads every procedure of the server and declares it as the client sees it. */
export const clientDeclaration = async (root: string): Promise<ClientDeclaration> => {
  const printer = new SchemaPrinter(await loadNamedSchemas(root));
  const tree: Tree = new Map();
  for (const procedure of listProcedures()) {
    const { name, summary } = procedure;
    const own = typeNameOf(name);
    // The router's own schema of a stream is the iterator.
    const outputSchema = procedure.part ?? procedure.output;
    place(tree, name.split("."), {
      procedure,
      input: printer.nameOf(procedure.input, "input", {
        name: `${own}Input`,
        comment: `What \`${name}\` takes: ${summary}.`,
      }),
      output: printer.nameOf(outputSchema, "output", {
        name: `${own}Output`,
        comment: `What \`${name}\` answers: ${summary}.`,
      }),
      docs: docsOfProcedure(procedure),
    });
  }
  const text = [
    head,
    `/** An error as the server sends it. */\n${wire}`,
    units(),
    printer.declarations(),
    `/** Every operation of Nexus: \`nexus.<family>.<verb>.query(input)\` where it reads, \`.mutate(input)\` where it acts or costs. */\nexport interface NexusClient {\n${clientInterface(tree, "  ")}\n}\n`,
    `/** Input and answer of every operation by its dotted name. */\nexport interface NexusOperations {\n${operations(tree, "")}\n}\n`,
    `/** The procedures as tRPC's own tools want them. */\nexport interface NexusProcedures {\n${routerRecord(tree, "  ")}\n}\n`,
    `/** The router of Nexus, for tRPC's own tools. */\nexport type AppRouter = TRPCBuiltRouter<\n  {\n    ctx: object;\n    meta: object;\n    errorShape: { message: string; code: number; data: { code: string; httpStatus: number; path: string | undefined; nexus: NexusWireError } };\n    transformer: true;\n  },\n  { [Router in keyof NexusProcedures]: NexusProcedures[Router] }\n>;\n`,
  ].join("\n");
  return {
    text,
    types: printer.names(),
    undocumented: [...printer.undocumented].toSorted(),
    restated: [...printer.restated, ...restatedUnits()].toSorted(),
    stale: staleFieldDocs(printer.paths),
  };
};
