import type { Metadata } from "next";
import { Logo } from "../../_ui/logo.tsx";
import { returnPath } from "../../_session/return-path.ts";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

const SignInPage = async ({ searchParams }: SignInPageProps) => {
  const { callbackUrl, incomplete } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex flex-col items-center gap-3 text-center">
          <Logo className="size-12" />
          <div>
            <h1 className="text-2xl font-semibold tracking-tight">Topolo Nexus</h1>
            <p className="text-muted">Sign in with your Topolo account</p>
          </div>
        </div>
        <SignInForm
          to={returnPath(typeof callbackUrl === "string" ? callbackUrl : undefined)}
          incomplete={incomplete !== undefined}
        />
      </div>
    </main>
  );
};

export default SignInPage;
