/** What a reader may do with a dashboard, as its `DashboardPublishOptions` say it. */
export interface Offered {
  adHocFiltering: boolean;
  exportData: boolean;
  visualMenu: boolean;
  drilling: boolean;
  markMenu: boolean;
  tooltips: boolean;
  controlsOpen: boolean;
}

export const EVERYTHING: Offered = { adHocFiltering: true, exportData: true, visualMenu: true, drilling: true, markMenu: true, tooltips: true, controlsOpen: true };
