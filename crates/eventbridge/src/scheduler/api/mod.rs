//! The twelve operations of `scheduler`. Only these files know wire shapes.

pub(super) mod errors;
mod groups;
mod list;
mod schedules;
mod tags;

use std::sync::Arc;

use aws::{Operations, Service};

use super::Scheduler;

impl Service for Scheduler {
    fn name(&self) -> &'static str {
        "scheduler"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            // Deleting what is gone is refused with or without a token.
            .accept("DeleteSchedule", &["ClientToken"])
            .accept("DeleteScheduleGroup", &["ClientToken"])
            .on(&self, "CreateSchedule", |s: Arc<Self>, c, i| async move {
                s.create_schedule(&c, i).await
            })
            .on(&self, "UpdateSchedule", |s: Arc<Self>, c, i| async move {
                s.update_schedule(&c, i).await
            })
            .on(&self, "GetSchedule", |s: Arc<Self>, c, i| async move {
                s.get_schedule(&c, i).await
            })
            .on(&self, "DeleteSchedule", |s: Arc<Self>, c, i| async move {
                s.delete_schedule(&c, i).await
            })
            .on(&self, "ListSchedules", |s: Arc<Self>, c, i| async move {
                s.list_schedules(&c, i).await
            })
            .on(
                &self,
                "CreateScheduleGroup",
                |s: Arc<Self>, c, i| async move { s.create_group(&c, i).await },
            )
            .on(&self, "GetScheduleGroup", |s: Arc<Self>, c, i| async move {
                s.get_group(&c, i).await
            })
            .on(
                &self,
                "DeleteScheduleGroup",
                |s: Arc<Self>, c, i| async move { s.delete_group(&c, i).await },
            )
            .on(
                &self,
                "ListScheduleGroups",
                |s: Arc<Self>, c, i| async move { s.list_groups(&c, i).await },
            )
            .on(&self, "TagResource", |s: Arc<Self>, c, i| async move {
                s.tag_group(&c, i).await
            })
            .on(&self, "UntagResource", |s: Arc<Self>, c, i| async move {
                s.untag_group(&c, i).await
            })
            .on(
                &self,
                "ListTagsForResource",
                |s: Arc<Self>, c, i| async move { s.list_tags(&c, i).await },
            )
            .whole()
    }
}
