import type { TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import TopNavigation from '@cloudscape-design/components/top-navigation';

import { signOut, useSession } from '../aws/session';
import { strings } from '../strings';
import { paths } from './paths';
import { REGIONS } from './regions';
import { changeSettings, type Settings, useSettings } from './settings';

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const chosen = useSettings();
  const session = useSession().data;
  const check = (id: string, text: string, checked: boolean) => ({ id, text, itemType: 'checkbox' as const, checked });
  const utilities: TopNavigationProps.Utility[] = [
    { type: 'button', iconName: 'search', text: strings.palette.open, onClick: onSearch },
    {
      type: 'menu-dropdown',
      text: chosen.region,
      ariaLabel: `${strings.region}: ${chosen.region}`,
      items: REGIONS.map((region) => ({ id: region, text: region })),
      onItemClick: ({ detail }) => changeSettings({ region: detail.id }),
    },
    {
      type: 'menu-dropdown',
      iconName: 'settings',
      ariaLabel: strings.settings.title,
      title: strings.settings.title,
      items: [
        {
          text: strings.settings.theme,
          items: (['system', 'light', 'dark'] as const).map((theme) =>
            check(`theme:${theme}`, strings.settings[theme], chosen.theme === theme),
          ),
        },
        {
          text: strings.settings.time,
          items: (['local', 'utc'] as const).map((time) => check(`time:${time}`, strings.settings[time], chosen.time === time)),
        },
      ],
      onItemClick: ({ detail }) => {
        const [name, value] = detail.id.split(':');
        changeSettings({ [name as keyof Settings]: value });
      },
    },
  ];
  if (session) {
    utilities.push({
      type: 'menu-dropdown',
      iconName: 'user-profile',
      text: session.account,
      ariaLabel: `${strings.account}: ${session.account}`,
      items: session.required ? [{ id: 'out', text: strings.signIn.out }] : [{ id: 'version', text: `${strings.product} ${session.version}`, disabled: true }],
      onItemClick: ({ detail }) => {
        if (detail.id === 'out') void signOut();
      },
    });
  }
  return (
    <div id="tx-top">
      <TopNavigation
        identity={{ href: paths.home(), title: strings.product, logo: { src: '/_console/icon.svg', alt: strings.logo } }}
        utilities={utilities}
      />
    </div>
  );
}
