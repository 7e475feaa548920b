import { returnTo } from "./return-to.ts";

/** What Next gives a page of the query. */
export interface PageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** One value of a query that has the expected form; anything else counts as absent. */
export const queryText = async (
  { searchParams }: PageProps,
  name: string,
  form: RegExp,
): Promise<string | undefined> => {
  const value = (await searchParams)[name];
  return typeof value === "string" && form.test(value) ? value : undefined;
};

export const errorCode = /^[a-z_]{1,60}$/;

export const queryReturnTo = async ({ searchParams }: PageProps): Promise<string> =>
  returnTo((await searchParams)["return_to"]);
