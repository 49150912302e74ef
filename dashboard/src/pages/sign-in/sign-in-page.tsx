import { Alert, Anchor, Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { signIn } from "../../api/session.ts";
import { useHasOwnSignIn } from "../../api/who.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { HostSignIn } from "./host-sign-in.tsx";
import { Outside } from "./outside.tsx";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { from, expired = false } = route.useSearch();
  if (useHasOwnSignIn()) return <OwnSignIn from={from} isExpired={expired} />;
  return <HostSignIn from={from} isExpired={expired} />;
}

function OwnSignIn({ from, isExpired }: { readonly from: string | undefined; readonly isExpired: boolean }) {
  const router = useRouter();
  const form = useForm({ initialValues: { email: "", password: "" } });
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: () => router.history.push(from ?? "/"),
  });
  return (
    <Outside title="Sign in">
      {isExpired && <Alert color="blue">Your session has ended. Sign in to go on where you were.</Alert>}
      <form onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="username"
          required
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          mt="sm"
          {...form.getInputProps("password")}
        />
        <Button type="submit" fullWidth my="lg" loading={attempt.isPending}>
          Sign in
        </Button>
        <ProblemAlert error={attempt.error} />
      </form>
      <Text size="sm">
        New here?{" "}
        <Anchor
          renderRoot={(props) => (
            <Link to="/sign-up" search={from === undefined ? {} : { from }} {...props} />
          )}
        >
          Create an account
        </Anchor>
      </Text>
    </Outside>
  );
}
