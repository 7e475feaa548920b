/** Anyone may name an organization anything: what is left of the name is no address that a mail program would underline. */
export const plainName = (name: string, unnamed = "an organization"): string =>
  name
    .replaceAll(/[^\p{L}\p{M}\p{N} '&-]+/gu, " ")
    .replaceAll(/ +/g, " ")
    .trim()
    .slice(0, 60) || unnamed;
