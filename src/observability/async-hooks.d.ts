/** The part of `node:async_hooks` that the product uses. Workers have it (`nodejs_compat`); the types of Workers leave it out. */
declare module "node:async_hooks" {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result;
    getStore(): Store | undefined;
  }
}
