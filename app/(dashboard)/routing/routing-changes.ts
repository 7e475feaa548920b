import type { NexusOutputs } from "@topolo/nexus-client";

export type ShownPreferences = NexusOutputs["preferences"]["get"];

/** What people set; the rest of an answer says when and by whom. */
export type EditedRouting = Pick<
  ShownPreferences,
  "vendorOrder" | "fallback" | "fallbackModels" | "modelAllowList" | "byokPolicy" | "requireApp"
>;

export const draftOf = ({
  vendorOrder,
  fallback,
  fallbackModels,
  modelAllowList,
  byokPolicy,
  requireApp,
}: ShownPreferences): EditedRouting => ({
  vendorOrder,
  fallback,
  fallbackModels,
  modelAllowList,
  byokPolicy,
  requireApp,
});

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const listed = (names: readonly string[]): string => names.join(", ");

const orderChange = (before: readonly string[], after: readonly string[], nameOf: (id: string) => string): string =>
  after.length === 0
    ? "No vendor is preferred any more."
    : before.length === 0
      ? `Vendors are tried in this order: ${listed(after.map(nameOf))}.`
      : `Vendors are tried as ${listed(after.map(nameOf))}, not as ${listed(before.map(nameOf))}.`;

const allowChanges = (before: EditedRouting["modelAllowList"], after: EditedRouting["modelAllowList"]): string[] => {
  if (after === null) return ["The platform's default list of models holds again."];
  if (after.length === 0) return ["No model may be called: every call is refused."];
  if (before === null) return [`Only these models may be called: ${listed(after)}. Calls for others are refused.`];
  const [added, removed] = [after.filter((one) => !before.includes(one)), before.filter((one) => !after.includes(one))];
  return [
    ...(added.length === 0 ? [] : [`May be called from then on: ${listed(added)}.`]),
    ...(removed.length === 0 ? [] : [`Are refused from then on: ${listed(removed)}.`]),
  ];
};

const chainChanges = (before: EditedRouting["fallbackModels"], after: EditedRouting["fallbackModels"]): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((model) => {
    const chain = after[model] ?? [];
    if (same(before[model] ?? [], chain)) return [];
    return [chain.length === 0 ? `${model} has no chain any more.` : `Where ${model} fails: ${listed(chain)}.`];
  });

const cards: readonly (readonly [field: string, card: string])[] = [
  ["vendorOrder", "Vendors, best first"],
  ["fallbackModels", "Where a model fails"],
  ["modelAllowList", "Models that may be called"],
];

/** The card on which a refused field is set: `modelAllowList.3` is among the models that may be called. */
export const cardOf = (field: string): string => cards.find(([name]) => field.startsWith(name))?.[1] ?? field;

/** What a draft would change, a sentence each; none where it is what is stored. */
export const changesOf = (
  before: EditedRouting,
  after: EditedRouting,
  nameOf: (vendorId: string) => string,
): readonly string[] => [
  ...(same(before.vendorOrder, after.vendorOrder) ? [] : [orderChange(before.vendorOrder, after.vendorOrder, nameOf)]),
  ...(before.fallback === after.fallback
    ? []
    : [
        after.fallback
          ? "A call may move on to another route."
          : "A call that fails at its first model moves on to no other.",
      ]),
  ...chainChanges(before.fallbackModels, after.fallbackModels),
  ...(same(before.modelAllowList, after.modelAllowList)
    ? []
    : allowChanges(before.modelAllowList, after.modelAllowList)),
  ...(before.byokPolicy === after.byokPolicy
    ? []
    : [
        after.byokPolicy === "strict"
          ? "Where the organization has a key of its own, nobody else pays. The consent is withdrawn."
          : "Where the organization's own key fails, another credential pays. You consent to that in your name.",
      ]),
  ...(before.requireApp === after.requireApp
    ? []
    : [after.requireApp ? "Calls without an app are refused." : "Calls without an app are let through."]),
];

/** The fields that a draft changes: the others stay what they are by then. */
export const draftFields = (before: EditedRouting, after: EditedRouting): Partial<EditedRouting> => {
  // A chain that was begun and has no model yet is none.
  const chains = Object.fromEntries(Object.entries(after.fallbackModels).filter(([, chain]) => chain.length > 0));
  return Object.fromEntries(
    Object.entries({ ...after, fallbackModels: chains }).filter(
      ([name, value]) => !same(Reflect.get(before, name), value),
    ),
  );
};
