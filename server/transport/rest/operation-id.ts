const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** First words of procedures that do not say what is done, but what is answered. */
const isNoun =
  /^(?:attribution|audit|content|entries|events|models|operations|results|spend|statement|summary|top|values|vendors|volume)(?=[A-Z]|$)/;

/** Nouns of which there is one. */
const uncounted: ReadonlySet<string> = new Set(["audit", "email", "preferences", "settings", "spending", "usage"]);

const one = (noun: string): string => (uncounted.has(noun) ? noun : noun.replace(/(?<=ch)es$|(?<=[^s])s$/, ""));
const many = (noun: string): string => (uncounted.has(noun) ? noun : one(noun).replace(/(?<=ch)$/, "e") + "s");

/**
 * The operation's id in the OpenAPI document, which is a function's name in generated clients: a verb, then what it is done
 * to. `payments.checkout.create` is `createPaymentCheckout`. Operations of models are called as everywhere: `generateText`.
 * What is kept for them has its name: `listAiFiles`.
 */
export const operationIdOf = (procedure: string, method: string): string => {
  const path = procedure.split(".");
  const last = path.pop() ?? "";
  const [, verb = last, rest = ""] = /^([a-z]+)(.*)$/.exec(last) ?? [];
  const nouns = path.map((noun, at) => capital(verb === "list" && at === path.length - 1 ? many(noun) : one(noun)));
  const isOfModels = path.length === 1 && path[0] === "ai";
  const subject = isOfModels ? "" : nouns.join("");
  if (isNoun.test(last)) return `${method === "GET" ? "get" : "create"}${subject}${capital(last)}`;
  return isOfModels ? last : `${verb}${subject}${rest}`;
};
