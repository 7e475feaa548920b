import { askAuth } from "./ask-auth.ts";
import { fieldAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface App {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly url: string;
}

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** The apps this person can open. */
export const fetchApps = async (): Promise<readonly App[]> => {
  const { body } = await askAuth("GET", "/api/app-switcher/services");
  const read = (item: unknown) => ({
    id: textAt(item, "id"),
    name: textAt(item, "name"),
    description: optionalText(item, "description"),
    url: optionalText(item, "launch_url") ?? optionalText(item, "launchUrl") ?? "",
    launchable: fieldAt(item, "launchable") !== false,
  });
  return listAt(body, "services", read).filter(({ launchable, url }) => launchable && isWebAddress(url));
};
