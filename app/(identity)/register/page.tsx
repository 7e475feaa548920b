import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../_flow/page-query.ts";
import { Register } from "./register.tsx";

export const metadata: Metadata = { title: "Create your account" };

const RegisterPage = async (props: PageProps) => <Register to={await queryReturnTo(props)} />;

export default RegisterPage;
