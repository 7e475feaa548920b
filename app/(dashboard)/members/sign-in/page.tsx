import type { Metadata } from "next";
import { CompanySignIn } from "./company-sign-in.tsx";

export const metadata: Metadata = { title: "Sign-in and provisioning" };

const CompanySignInPage = () => <CompanySignIn />;

export default CompanySignInPage;
