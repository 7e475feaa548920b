"use client";

import { useAuthAnswer } from "../_data/use-auth-answer.ts";
import { useSession } from "../_session/session-provider.tsx";
import { whenOpened } from "../_ui/when-opened.tsx";
import { isWaiting } from "./is-waiting.ts";

const AdmissionWords = whenOpened(() => import("./admission-words.tsx").then((module) => module.AdmissionWords));

/** Whether an organization waits to be admitted; undefined: not known, or not to be known. */
export const useIsWaiting = (
  organizationId: string,
): { readonly waits: boolean | undefined; readonly asked: boolean } => {
  const { data, refusal } = useAuthAnswer(`/api/organizations/${encodeURIComponent(organizationId)}`, isWaiting);
  return { waits: data, asked: data !== undefined || refusal !== undefined };
};

const OfOrganization = ({ id, slug }: { readonly id: string; readonly slug: string }) =>
  useIsWaiting(id).waits === true && <AdmissionWords slug={slug} />;

/** Tells the people of an organization that nobody has admitted what they can do; nothing to others. */
export const AdmissionNotice = () => {
  const organization = useSession().session?.organization;
  return organization === undefined ? null : <OfOrganization id={organization.id} slug={organization.slug} />;
};
