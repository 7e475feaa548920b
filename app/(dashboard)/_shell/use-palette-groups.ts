"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { membersPathFor, readMembers } from "../members/organization-people.ts";
import { admits } from "./audience.ts";
import type { PaletteGroup } from "./palette-entries.ts";

const mostPeople = 100;
const freshMs = 60_000;
const callsOf = (name: string, value: string): string => `/calls?${name}=${encodeURIComponent(value)}`;

/**
 * What of the organization can be gone to. Undefined while it is asked for; whatever the person may not list is not among
 * what they can go to.
 */
export const usePaletteGroups = (): readonly PaletteGroup[] | undefined => {
  const nexus = useNexus();
  const { session } = useSession();
  const mayList = admits("members", session);
  const asked = mayList ? {} : skipToken;
  const models = useQuery(nexus.ai.models.queryOptions(asked, { staleTime: freshMs, retry: false }));
  const apps = useQuery(nexus.apps.list.queryOptions(asked, { staleTime: freshMs, retry: false }));
  const pathOfPeople = membersPathFor(session, mostPeople);
  const people = useAuthAnswer(pathOfPeople, readMembers);
  const waitsForPeople = pathOfPeople !== undefined && (people.data ?? people.refusal) === undefined;
  if ((mayList && (models.isPending || apps.isPending)) || waitsForPeople) return undefined;
  return [
    {
      value: "Apps",
      items: (apps.data?.apps ?? []).map(({ id, name }) => ({
        id,
        label: name,
        detail: id,
        href: callsOf("app", id),
      })),
    },
    {
      value: "Models",
      items: (models.data?.models ?? []).map(({ id, vendor, model }) => ({
        id,
        label: id,
        detail: vendor,
        href: callsOf("model", model),
      })),
    },
    {
      value: "People",
      items: (people.data?.items ?? []).map(({ userId, name, email }) => ({
        id: userId,
        label: name || email,
        detail: email,
        href: "/members",
      })),
    },
  ];
};
