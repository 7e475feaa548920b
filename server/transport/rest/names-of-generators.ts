/** What the clients of well-known generators call their own classes and types, or import: a schema of such a name shadows them. */
const ownNames: ReadonlySet<string> = new Set([
  // openapi-python-client: https://github.com/openapi-generators/openapi-python-client, templates of endpoints, models and types
  ..."Any AuthenticatedClient BinaryIO Client File FileTypes Generator Generic HTTPStatus IO Literal Mapping MutableMapping".split(" "), // prettier-ignore
  ..."RequestFiles Response T TextIO TypeVar UNSET UnexpectedStatus Unset".split(" "),
  // @hey-api/openapi-ts: https://heyapi.dev, the types of its client
  ..."Auth ClientMeta ClientOptions Config CreateClientConfig Options RequestOptions RequestResult".split(" "),
  ..."ResolvedRequestOptions ServerSentEventsResult TDataShape".split(" "),
]);

/** What generators make of the id of an operation: `GenerateTextResponse`. */
const madeOfOperations = ["Body", "Data", "Error", "Errors", "Response", "Responses"] as const;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The names that clients made of a document with these operations have already, so that no schema may have them. */
export const namesOfGenerators = (operationIds: readonly string[]): ReadonlySet<string> =>
  new Set([...ownNames, ...operationIds.flatMap((id) => madeOfOperations.map((end) => `${capital(id)}${end}`))]);
