import type { z } from "zod";
import type { CredentialProbe } from "../../contracts/credential-probe.ts";
import type { Pepper, SecretBox } from "../../platform/crypto/index.ts";
import type { DirectoryDeps, VendorRegister } from "../existence/index.ts";

/** What the credential verbs need to know of a vendor. */
export interface CredentialVendor {
  readonly id: string;
  readonly name: string;
  /** Values are strings. */
  readonly credential: z.ZodObject;
  /** Fields of it that are never sent as they are: they may have blanks and lines. */
  readonly unsent?: readonly string[];
  readonly defaultBaseUrl: string;
  /** An organization may set the address (self-hosted vendors). */
  readonly addresses?: readonly string[];
  readonly customBaseUrl: boolean;
  /** How the address of an account is written, where each has its own. */
  readonly addressForm?: { readonly pattern: RegExp; readonly expected: string };
  /** What a test asks; absent where nothing free can be asked. */
  readonly probe?: Pick<CredentialProbe, "asks">;
}

/** What verbs that store vendor secrets need. */
export interface CredentialDeps extends DirectoryDeps {
  readonly secretBox: SecretBox;
  readonly pepper: Pepper;
  readonly vendors: VendorRegister<CredentialVendor>;
  /** Throws where the address may not be called. */
  readonly checkBaseUrl: (baseUrl: string) => void;
  /** The one account that may change platform defaults; undefined: no account may. */
  readonly platformSuperAdminUserId: string | undefined;
}
