import { useSignal } from '@preact/signals';
import { signOut } from './api/sign-in.ts';
import { inLanguage } from './ui/language.ts';

const texts = inLanguage(
  { signOut: 'Sign out', failed: 'Still signed in' },
  { signOut: '退出登录', failed: '未能退出登录' },
);

/** Has the gateway's cookie forgotten, for whoever uses this browser next. */
export function SignOut() {
  const hasFailed = useSignal(false);
  const leave = async () => {
    hasFailed.value = !(await signOut());
  };
  return (
    <>
      <span class="page-trouble" role="alert">
        {hasFailed.value && texts.failed}
      </span>
      <button type="button" onClick={() => void leave()}>
        <span aria-hidden="true">↪</span> <span class="page-button-name">{texts.signOut}</span>
      </button>
    </>
  );
}
