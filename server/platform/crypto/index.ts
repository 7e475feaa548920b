export { holdKeys, openKeyring, type ReloadableKeys } from "./open-keyring.ts";
export { digestToken, keyedDigest, openPepper, providerKeyOf, sameDigest, type Pepper } from "./pepper.ts";
export { createSealedBox, type SealedBox, type SealedKind } from "./sealed-box.ts";
export { Secret } from "./secret.ts";
export { createSecretBox, type AssociatedData, type Sealed, type SecretBox } from "./secret-box.ts";
export { newToken, tokenId, type NewToken } from "./token.ts";
