import { z } from "zod";

/** The secret of a mailed link. */
export const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "the secret of a link");

/** The address of a page of Auth with the secret behind the `#`: browsers send that part to nobody. */
export const linkTo = (issuer: string, page: string, secret: string, name = "token"): string =>
  `${issuer}${page}#${name}=${secret}`;
