/**
 * The console's buttons, drawn as Kumo draws its own. Kumo's bring its tooltips and the code that places them along, which is more
 * than React weighs, to every page (decisions/167-what-the-first-page-weighs.md).
 */
import { type ComponentProps, type ComponentType, isValidElement, type ReactElement, type ReactNode } from "react";

interface Looks {
  variant?: "primary" | "secondary" | "ghost" | "destructive" | "secondary-destructive";
  size?: "xs" | "sm" | "base";
  /** "square" holds an icon alone; the button then needs an accessible name. */
  shape?: "base" | "square";
}

export interface ButtonProps extends ComponentProps<"button">, Looks {
  icon?: ComponentType | ReactElement | undefined;
  /** What the button asked for is under way: it shows that, and cannot be pressed. */
  loading?: boolean | undefined;
}

export function Button({
  variant = "secondary",
  size = "base",
  shape = "base",
  icon,
  loading = false,
  disabled = false,
  className = "",
  type = "button",
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={loading || disabled}
      className={`${looksOf({ variant, size, shape })} ${disabled ? "cursor-not-allowed opacity-50" : ""} ${className}`}
    >
      <Content variant={variant} icon={loading ? <Spinner /> : iconOf(icon)}>
        {children}
      </Content>
    </button>
  );
}

/** A link that looks like a button. A plain one: the browser leaves the console. */
export function ButtonLink({
  variant = "ghost",
  size = "base",
  className = "",
  children,
  ...rest
}: ComponentProps<"a"> & Pick<Looks, "variant" | "size">) {
  return (
    <a {...rest} className={`${looksOf({ variant, size, shape: "base" })} no-underline! select-text ${className}`}>
      <Content variant={variant} icon={null}>
        {children}
      </Content>
    </a>
  );
}

const COMMON =
  "group flex w-max max-w-full shrink-0 items-center border-0 font-medium shadow-xs select-none cursor-pointer focus:outline-none focus:ring-kumo-focus/50 focus-visible:ring-2 focus-visible:ring-kumo-brand disabled:cursor-not-allowed disabled:text-kumo-subtle";

/** A label that is wider than the button's place goes to a second line: with large type, on a small screen. */
const SIZES = {
  base: {
    xs: "min-h-5 gap-1 rounded-sm px-1.5 text-xs",
    sm: "min-h-6.5 gap-1 rounded-md px-2 py-0.5 text-xs",
    base: "min-h-9 gap-1.5 rounded-lg px-3 py-1 text-base",
  },
  square: {
    xs: "size-3.5 justify-center rounded-sm p-0 text-xs",
    sm: "size-6.5 justify-center rounded-md p-0 text-xs",
    base: "size-9 justify-center rounded-lg p-0 text-base",
  },
};

const EMPHATIC =
  "emphatic-button relative overflow-hidden bg-(--kumo-button-emphasis-bg) !text-white ring ring-(--kumo-button-emphasis-ring) focus:ring-(--kumo-button-emphasis-ring) focus-visible:ring-(--kumo-button-emphasis-ring) active:ring-(--kumo-button-emphasis-ring) disabled:opacity-50";

const VARIANTS = {
  primary: `${EMPHATIC} [--emphasis:var(--color-kumo-brand)]`,
  destructive: `${EMPHATIC} [--emphasis:var(--color-kumo-danger)]`,
  secondary:
    "bg-kumo-base !text-kumo-default ring ring-kumo-line not-disabled:hover:bg-kumo-tint disabled:bg-kumo-base/50 disabled:!text-kumo-default/70",
  ghost: "bg-inherit text-kumo-default shadow-none hover:bg-kumo-tint",
  "secondary-destructive":
    "bg-kumo-base !text-kumo-danger ring ring-kumo-line not-disabled:hover:!text-kumo-danger not-disabled:hover:ring-kumo-danger/30 disabled:bg-kumo-base/50 disabled:!text-kumo-danger/70",
};

function looksOf({ variant, size, shape }: Required<Looks>): string {
  return `${COMMON} ${SIZES[shape][size]} ${VARIANTS[variant]}`;
}

function isEmphatic(variant: Required<Looks>["variant"]): boolean {
  return variant === "primary" || variant === "destructive";
}

function Content({
  variant,
  icon,
  children,
}: {
  variant: Required<Looks>["variant"];
  icon: ReactNode;
  children: ReactNode;
}) {
  const text = children === undefined ? null : <span className="contents">{children}</span>;
  if (!isEmphatic(variant)) {
    return (
      <>
        {icon}
        {text}
      </>
    );
  }
  return (
    <>
      <span
        aria-hidden
        className="absolute inset-0 rounded-[inherit] bg-linear-to-b from-(--kumo-button-emphasis-gradient-start) to-(--kumo-button-emphasis-gradient-end) shadow-[inset_0_1px_0_0_var(--kumo-button-emphasis-bg)] group-hover:from-(--kumo-button-emphasis-bg)"
      />
      <span className="relative flex items-center gap-1.5">
        {icon}
        {text}
      </span>
    </>
  );
}

function iconOf(icon: ButtonProps["icon"]): ReactNode {
  if (icon === undefined || isValidElement(icon)) return icon;
  const Icon = icon;
  return <Icon />;
}

function Spinner() {
  return (
    <svg
      width={14}
      height={14}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      role="status"
      aria-label="Loading"
      className="animate-spin motion-reduce:animate-none"
    >
      <circle cx={12} cy={12} r={9.5} opacity={0.15} />
      <path d="M12 2.5a9.5 9.5 0 0 1 9.5 9.5" strokeLinecap="round" />
    </svg>
  );
}
