import type { DialectFixtures, EdgeWire } from "../../server/providers/contract-fixtures.ts";
import { providerOf } from "../../server/providers/index.ts";
import { loadFixtures } from "../../test/vendor-fixtures.ts";

/** The doors through which text is asked for; OpenAI's has two dialects. */
export const edgeDoors = ["trpc", "rest", "openai", "responses", "anthropic", "google", "interactions"] as const;
export type EdgeDoor = (typeof edgeDoors)[number];

/** The wires in which vendors answer: OpenAI's responses are asked for by that door alone. */
export type CrossedWire = EdgeWire | "responses";

const fixtures = await loadFixtures();

/** Every registered AI vendor, by its id. */
export const edgeVendors: readonly string[] = Object.keys(fixtures);

/** What a vendor's folder says of it for the tests. */
export const fixturesOf = (vendor: string): DialectFixtures => {
  const found = fixtures[vendor];
  if (found === undefined) throw new Error(`no fixtures of ${vendor}`);
  return found;
};

/** Whether the catalogue prices the vendor's models, and with that knows which there are. */
export const isCatalogued = (vendor: string): boolean => providerOf(vendor)?.catalogue !== undefined;

/** One crossing of the edge: who asks by which door, and whose answer comes back. */
export interface EdgeCell {
  readonly door: EdgeDoor;
  readonly vendor: string;
}

interface EdgeKind {
  readonly group: "what leaves" | "what comes back" | "what a refusal says" | "who is kept away" | "translation";
  /** What holds at every crossing. */
  readonly says: string;
  /** The crossings at which the question arises; all where absent. */
  readonly asked?: (cell: EdgeCell) => boolean;
}

/** The wire in which the crossing's vendor answers. */
export const wireOf = ({ door, vendor }: EdgeCell): CrossedWire => {
  const [model] = fixturesOf(vendor).models;
  const road = door === "responses" ? providerOf(vendor)?.ai?.native["openai.responses"] : undefined;
  return road !== undefined && road.serves?.(model) !== false ? "responses" : fixturesOf(vendor).wire;
};

/** Whether the caller's bytes pass untranslated. */
export const isNative = (cell: EdgeCell): boolean => cell.door === wireOf(cell);

/** The kinds of thing that can go wrong between a caller and a vendor. Each is tried at every crossing it concerns. */
export const edgeKinds = {
  hostileName: {
    group: "what leaves",
    says: "A model name that is no name is refused with its field; nothing is reserved or sent",
  },
  strangerName: {
    group: "what leaves",
    says: "A name with a tail is not priced or sent as the model it begins with",
    // Servers of one's own have the models that they say they have.
    asked: ({ vendor }) => isCatalogued(vendor),
  },
  purchasingField: {
    group: "what leaves",
    says: "A field that chooses price, host or state at the vendor is refused by name; nothing is sent",
  },
  pathOfTheOperation: {
    group: "what leaves",
    says: "The path that is asked for is the operation's own, and the model stands in it or in the body as resolved",
  },
  unknownPart: {
    group: "what comes back",
    says: "An answer with parts of unknown types is delivered, and settled at the vendor's numbers",
  },
  unreadableAnswer: {
    group: "what comes back",
    says: "An answer that cannot be delivered is settled at the numbers that stand in it",
    asked: (cell) => !isNative(cell),
  },
  inconsistentUsage: {
    group: "what comes back",
    says: "Parts that exceed their total are kept, and never booked below the total",
    // What Cohere bills has no parts.
    asked: (cell) => wireOf(cell) !== "cohere",
  },
  zeroAfterNumbers: {
    group: "what comes back",
    says: "Zeros and nulls at the end of a stream do not overwrite what was told before",
  },
  emptyFinish: {
    group: "what comes back",
    says: "An empty finish reason is no ending: a cut stream is not delivered as whole",
  },
  beginning: {
    group: "what comes back",
    says: "Comments, retry lines and pings are no beginning: an error after them is a refusal that costs nothing",
  },
  spelling: {
    group: "what comes back",
    says: "Events in every legal spelling are read alike, with exactly one ending",
    // A binary stream has one.
    asked: (cell) => fixturesOf(cell.vendor).encode === undefined,
  },
  largeEvent: {
    group: "what comes back",
    says: "An event of several MiB is one event",
  },
  wholeForStream: {
    group: "what comes back",
    says: "A whole answer to a request for a stream is delivered as a stream with one ending",
  },
  compressed: {
    group: "what comes back",
    says: "A compressed answer is read although none was asked for",
  },
  doubtfulAnswer: {
    group: "what comes back",
    says: "A connection that closes, a bare 502, half a body and half a document keep the whole hold, and the row says why",
  },
  doubtfulStream: {
    group: "what comes back",
    says: "A stream that is cut before its numbers, begun or not, keeps the whole hold and ends with one error",
  },
  statusKept: {
    group: "what a refusal says",
    says: "400, 404 and 413 stay what they are, with the vendor's message; nothing is booked",
  },
  errorInTwoHundred: {
    group: "what a refusal says",
    says: "An error object in an answer of status 200 is a refusal; nothing is booked",
  },
  secretInRefusal: {
    group: "what a refusal says",
    says: "The credential never stands in a refusal, whatever the vendor repeats",
  },
  operatorsAccount: {
    group: "what a refusal says",
    says: "402 is the operator's account at the vendor: neither a rate limit nor the caller's budget",
  },
  budgetNamed: {
    group: "what a refusal says",
    says: "A budget that has no room is named, with its limit, what is spent and when it starts anew",
  },
  oneModel: {
    group: "who is kept away",
    says: "Refusals of one model leave the vendor's other models open",
  },
  oneCredential: {
    group: "who is kept away",
    says: "A refused credential is kept away for a stated time, not for ever",
  },
  systemLater: {
    group: "translation",
    says: "A system message after the first turn is taken",
    // Theirs have no such role.
    asked: ({ door }) => door !== "anthropic" && door !== "google" && door !== "interactions",
  },
  emptyBlock: {
    group: "translation",
    says: "An empty text block is dropped",
    asked: (cell) => !isNative(cell),
  },
  reasoning: {
    group: "translation",
    says: "An effort becomes what the vendor takes, within the limit that is reserved",
    asked: ({ vendor }) => fixturesOf(vendor).reasoner !== undefined,
  },
  background: {
    group: "what comes back",
    says: "An answer that nobody waits for is read and booked as every stream is; one that is cut fails, and keeps the whole hold",
    asked: ({ door }) => door === "responses" || door === "interactions",
  },
} as const satisfies Readonly<Record<string, EdgeKind>>;
export type EdgeKindId = keyof typeof edgeKinds;

/** A translated answer is read once and then put as the door puts it: each kind and each vendor meets every door, not each pair. */
const isInTurn = (kind: EdgeKindId, cell: EdgeCell): boolean => {
  const turn = Object.keys(edgeKinds).indexOf(kind) + edgeVendors.indexOf(cell.vendor);
  const place = edgeDoors.indexOf(cell.door);
  // Vendors that share all code with another are crossed by one door a kind.
  if (fixturesOf(cell.vendor).alike === true) return turn % edgeDoors.length === place;
  // Nobody is asked natively at that door, so that its crossings are all of one kind.
  const every = cell.door === "interactions" ? 4 : 2;
  return isNative(cell) || (turn + place) % every === 0;
};

/** Whether a kind concerns a crossing. */
export const isAsked = (kind: EdgeKindId, cell: EdgeCell): boolean => {
  const { asked }: EdgeKind = edgeKinds[kind];
  return isInTurn(kind, cell) && (asked === undefined || asked(cell));
};
