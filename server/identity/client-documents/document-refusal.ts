/** Why the document of a client is not taken, in words for whoever made it. */
export const documentRefusals = {
  no_organization: "no organization here lets apps of this host in",
  too_often: "documents were asked for too often; try again in a minute",
  unreachable: "the document could not be fetched from a public address in time",
  redirect: "the document's address redirects",
  status: "the document is not answered with 200",
  too_large: "the document is larger than 5 kB",
  media_type: "the document is not served as JSON",
  json: "the document is not a JSON object in UTF-8, or holds control characters",
  client_id: "client_id in the document is not the document's own address",
  secret: "a document describes no secret",
  auth_method: "token_endpoint_auth_method is neither none nor private_key_jwt",
  keys: "private_key_jwt needs public keys, as jwks or at a jwks_uri of the document's origin, and nothing else does",
  redirect_uris: "redirect_uris are https addresses of the document's origin, or loopback addresses of a native app",
  grant_types: "grant_types and response_types do not have the authorization code",
  client_name: "client_name has characters that cannot be seen, or looks like the name of one of Topolo's own apps",
  metadata: "the document has a field of the wrong form",
} as const;

export type DocumentRefusalCode = keyof typeof documentRefusals;

/** A document that is not taken. */
export interface DocumentRefusal {
  readonly refused: DocumentRefusalCode;
}

export const refuseDocument = (refused: DocumentRefusalCode): DocumentRefusal => ({ refused });
