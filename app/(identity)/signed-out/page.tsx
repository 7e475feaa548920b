import type { Metadata } from "next";
import { AuthPage } from "../_parts/auth-page.tsx";
import { WideLink } from "../_parts/wide-button.tsx";

export const metadata: Metadata = { title: "Signed out" };

const SignedOutPage = () => (
  <AuthPage title="You are signed out" intro="From Topolo and the apps open in this browser">
    <div className="space-y-4">
      <p>On a shared computer, close the browser too.</p>
      <WideLink href="/sign-in" primary>
        Sign in again
      </WideLink>
    </div>
  </AuthPage>
);

export default SignedOutPage;
