"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { readKeys } from "../keys/api-keys.ts";
import { readMembers } from "../members/organization-people.ts";

/** What a budget or a limit can be for, beside the organization. */
export type SubjectScope = "app" | "user" | "key";

/** Something that a budget or a limit can be for. */
export interface BudgetSubject {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of that name. */
  readonly detail: string;
}

const rarely = { staleTime: 60_000 };
const mostShown = 30;
const mostKeys = 100;
/** An id that was copied from elsewhere; the gateway says whether there is such a one. */
const idForm = /^(srv|usr|key|nst|apk)_[A-Za-z0-9_]{3,100}$/;

const fits = ({ id, name, detail }: BudgetSubject, search: string): boolean =>
  [id, name, detail].some((text) => text.toLowerCase().includes(search.toLowerCase()));

const useApps = (wanted: boolean): readonly BudgetSubject[] | undefined =>
  useAnswer(useNexus().apps.list.queryOptions(wanted ? {} : skipToken, rarely)).data?.apps.map(({ id, name }) => ({
    id,
    name,
    detail: id,
  }));

const usePeople = (wanted: boolean, search: string): readonly BudgetSubject[] | undefined => {
  const ask = useAskAuth();
  const organizationId = encodeURIComponent(useSession().session?.organization?.id ?? "");
  const query = new URLSearchParams({ limit: String(mostShown), ...(search === "" ? {} : { search }) });
  const path = `/api/organizations/${organizationId}/members?${query}`;
  return useQuery({
    queryKey: ["auth", path],
    queryFn: wanted ? () => ask("GET", path) : skipToken,
    select: readMembers,
    ...rarely,
  }).data?.items.map(({ userId, name, email }) => ({ id: userId, name: name === "" ? email : name, detail: email }));
};

const useKeys = (wanted: boolean): readonly BudgetSubject[] | undefined => {
  const ask = useAskAuth();
  const path = `/api/api-keys?limit=${mostKeys}`;
  const keys = useQuery({
    queryKey: ["auth", path],
    queryFn: wanted ? () => ask("GET", path) : skipToken,
    select: readKeys,
    ...rarely,
  }).data?.items;
  const tokens = useAnswer(useNexus().serviceTokens.list.queryOptions(wanted ? {} : skipToken, rarely)).data;
  if (keys === undefined) return undefined;
  return [
    ...keys
      .filter(({ revokedAt }) => revokedAt === undefined)
      .map(({ id, name, shown }) => ({ id, name, detail: `API key ${shown}` })),
    ...(tokens?.serviceTokens ?? []).map(({ id, label }) => ({ id, name: label, detail: `service token ${id}` })),
  ];
};

/** Apps, people or keys that fit a search; undefined until they are there. */
export const useSubjects = (scope: SubjectScope, search: string): readonly BudgetSubject[] | undefined => {
  const apps = useApps(scope === "app");
  const people = usePeople(scope === "user", search);
  const keys = useKeys(scope === "key");
  const found = { app: apps, user: people, key: keys }[scope];
  const known = scope === "user" ? found : found?.filter((subject) => fits(subject, search)).slice(0, mostShown);
  if (known?.length !== 0 || !idForm.test(search)) return known;
  return [{ id: search, name: search, detail: "the id as it was typed" }];
};
