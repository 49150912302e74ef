import { type UseFormReturnType, useForm } from "@mantine/form";
import type { FormEvent } from "react";
import { ApiProblem } from "../api/problem.ts";
import { faultsIn, type RequestName } from "./requests.ts";
import { valueAt } from "./value-at.ts";

interface RequestFormOptions<Values> {
  readonly request: RequestName;
  readonly initialValues: Values;
  readonly bodyOf: (values: Values) => object;
  /** Where the form has what the request has at `path`; at the same path unless said. */
  readonly fieldOf?: (path: string, values: Values) => string;
}

export type RequestForm<Values extends object> = ReturnType<typeof useRequestForm<Values>>;

type Faults = Readonly<Record<string, string>>;

/**
 * A form that says beside each field what the API would not take: when the field is left, and before anything is sent.
 * What the API refuses all the same, `showProblem` puts there too. Its `<form>` is `noValidate`: browsers say less.
 */
export function useRequestForm<Values extends object>(options: RequestFormOptions<Values>) {
  const { request, initialValues, bodyOf, fieldOf = (path) => path } = options;
  // What no field can mend must not keep the form from being sent; the API says it.
  const atFields = (faults: Faults, values: Values) =>
    Object.fromEntries(
      Object.entries(faults)
        .map(([path, message]) => [fieldOf(path, values), message] as const)
        .filter(([field]) => valueAt(initialValues, field) !== undefined),
    );
  const form: UseFormReturnType<Values> = useForm({
    initialValues,
    validate: (values: Values) => atFields(faultsIn(request, bodyOf(values)), values),
    enhanceGetInputProps: ({ field }) => ({ onBlur: () => check(field) }),
  });
  // To pass by an empty field is no mistake yet, and a message that appears would move what is being clicked.
  const check = (field: string) => {
    if (valueAt(form.getValues(), field) !== "") form.validateField(field);
  };
  return {
    ...form,
    onSubmit: (send: (values: Values) => void) => form.onSubmit(send, focusFirst),
    showProblem: (error: Error) =>
      form.setErrors(error instanceof ApiProblem ? atFields(error.fieldErrors, form.getValues()) : {}),
  };
}

function focusFirst(errors: object, _values: unknown, event: FormEvent<HTMLFormElement> | undefined) {
  const fields = [...(event?.currentTarget.elements ?? [])];
  const first = fields.find((field) => field instanceof HTMLElement && (field.dataset.path ?? "") in errors);
  if (first instanceof HTMLElement) first.focus();
}
