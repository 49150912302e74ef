import { Anchor, Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { signUp } from "../../api/session.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { MIN_PASSWORD_LENGTH } from "../../forms/requests.ts";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { Outside } from "./outside.tsx";

const route = getRouteApi("/sign-up");

export function SignUpPage() {
  const { from } = route.useSearch();
  const router = useRouter();
  const form = useRequestForm({
    request: "signUp",
    initialValues: { name: "", email: "", password: "" },
    bodyOf: (values) => values,
  });
  const attempt = useMutation({
    mutationFn: signUp,
    onSuccess: () => router.history.push(from ?? "/start"),
  });
  return (
    <Outside title="Create an account">
      <form noValidate onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
        <TextInput
          label="Name"
          description="Your organization begins with it"
          autoComplete="name"
          required
          {...form.getInputProps("name")}
        />
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="username"
          required
          mt="sm"
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="Password"
          description={`${MIN_PASSWORD_LENGTH} characters or more`}
          autoComplete="new-password"
          required
          mt="sm"
          {...form.getInputProps("password")}
        />
        <Button type="submit" fullWidth my="lg" loading={attempt.isPending}>
          Create an account
        </Button>
        <ProblemAlert error={attempt.error} />
      </form>
      <Text size="sm">
        You have one?{" "}
        <Anchor
          renderRoot={(props) => (
            <Link to="/sign-in" search={from === undefined ? {} : { from }} {...props} />
          )}
        >
          Sign in
        </Anchor>
      </Text>
    </Outside>
  );
}
