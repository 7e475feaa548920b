"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { createNexusClient } from "@topolo/nexus-client";
import { NexusQueryProvider } from "@topolo/nexus-client/react-query";
import { useState, type ReactNode } from "react";
import { useSession } from "../_session/session-provider.tsx";
import { createQueryClient } from "./create-query-client.ts";

/**
 * The dashboard is an ordinary client of the gateway at its own origin; the access token never leaves memory. What was
 * answered to one person in one organization is forgotten when either changes.
 */
export const NexusProvider = ({ children }: { readonly children: ReactNode }) => {
  const { auth, session } = useSession();
  const [nexus] = useState(() =>
    createNexusClient({
      // Where a page is rendered for the first time nothing is asked.
      baseUrl: typeof location === "undefined" ? "http://nowhere.invalid" : location.origin,
      credential: { bearer: async () => (await auth.accessToken()) ?? "" },
    }),
  );
  const reader = session && `${session.user.id} ${session.organization?.id}`;
  const [answers, setAnswers] = useState(() => ({ of: reader, queryClient: createQueryClient(auth) }));
  if (answers.of !== reader) setAnswers({ of: reader, queryClient: createQueryClient(auth) });
  return (
    <QueryClientProvider client={answers.queryClient}>
      <NexusQueryProvider queryClient={answers.queryClient} trpcClient={nexus}>
        {children}
      </NexusQueryProvider>
    </QueryClientProvider>
  );
};
