import type { Metadata } from "next";
import { returnPath } from "../../_session/return-path.ts";
import { Logo } from "../../_ui/logo.tsx";
import { Entrance } from "./entrance.tsx";
import { reasonOf } from "./explain-error.ts";

export const metadata: Metadata = { title: "Welcome" };

interface WelcomePageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

const textOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

const WelcomePage = async ({ searchParams }: WelcomePageProps) => {
  const { callbackUrl, reason, error } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex flex-col items-center gap-3 text-center">
          <Logo className="size-12" />
          <div>
            <h1 className="text-2xl font-semibold tracking-tight">Topolo Nexus</h1>
            <p className="text-muted">Calls, costs and budgets of every Topolo app</p>
          </div>
        </div>
        <Entrance to={returnPath(textOf(callbackUrl))} reason={reasonOf(textOf(reason), textOf(error))} />
      </div>
    </main>
  );
};

export default WelcomePage;
