import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import Spinner from '@cloudscape-design/components/spinner';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation } from 'react-router';

import { forgetCalls } from '../aws/asked';
import { useBusConnection } from '../aws/bus';
import { useSession } from '../aws/session';
import { strings } from '../strings';
import { CopyAsCli } from '../ui/CopyAsCli';
import { useCrumbList } from './crumbs';
import { useFlashItems } from './flash';
import { useClientLinks } from './links';
import { paths } from './paths';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';

const palette = () => import('./Palette');
const Palette = lazy(async () => ({ default: (await palette()).Palette }));
const SignIn = lazy(async () => ({ default: (await import('./SignIn')).SignIn }));

export function Shell() {
  useClientLinks();
  const session = useSession();
  const [searching, setSearching] = useState(false);
  usePaletteKey(() => setSearching(true));
  const outside = session.data?.required && !session.data.signedIn;
  return (
    <>
      <a className="tx-skip" href="#tx-main">
        {strings.skip}
      </a>
      <TopBar onSearch={() => setSearching(true)} />
      <Suspense fallback={null}>
        {outside ? <SignIn /> : <Layout ready={!session.isPending} />}
        {searching && <Palette onClose={() => setSearching(false)} />}
      </Suspense>
    </>
  );
}

function Layout({ ready }: { ready: boolean }) {
  const [navigationOpen, setNavigationOpen] = useState(true);
  const { pathname } = useLocation();
  // what was asked on the page before is no part of this page's commands
  useEffect(() => forgetCalls, [pathname]);
  return (
    <AppLayout
      headerSelector="#tx-top"
      navigation={<SideNav />}
      navigationOpen={navigationOpen}
      onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
      navigationWidth={240}
      toolsHide
      maxContentWidth={Number.MAX_VALUE}
      breadcrumbs={<TopLine />}
      notifications={<Notifications />}
      stickyNotifications
      ariaLabels={{
        navigation: strings.services,
        navigationClose: strings.closeNavigation,
        navigationToggle: strings.openNavigation,
        notifications: strings.notifications,
      }}
      content={
        <div id="tx-main" tabIndex={-1}>
          <Suspense fallback={<Spinner size="large" />}>{ready && <Outlet />}</Suspense>
        </div>
      }
    />
  );
}

function TopLine() {
  const crumbs = useCrumbList();
  return (
    <div className="tx-bar">
      <BreadcrumbGroup ariaLabel={strings.breadcrumbs} items={[{ text: strings.product, href: paths.home() }, ...crumbs]} />
      <CopyAsCli />
    </div>
  );
}

function Notifications() {
  const items = useFlashItems();
  const connection = useBusConnection();
  const lost: FlashbarProps.MessageDefinition[] =
    connection === 'lost'
      ? [{ id: 'connection', type: 'warning', loading: true, header: strings.connection.lost, content: strings.connection.retrying }]
      : connection === 'mended'
        ? [{ id: 'connection', type: 'success', content: strings.connection.mended }]
        : [];
  return <Flashbar items={[...lost, ...items]} />;
}

function usePaletteKey(open: () => void) {
  // there before it is asked for, so that what is typed after the keys is not lost
  useEffect(() => {
    const timer = setTimeout(() => void palette(), 1000);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    function key(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open();
    }
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  });
}
