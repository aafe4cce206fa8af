package dev.otaroutes.rollout;

import java.util.concurrent.CompletionStage;

/** Looks at files where they are, as a device would find them. No stage fails: what goes wrong is a finding. */
public interface ExternalFiles {

    /** Whether the file is there, as long as declared, and can be downloaded in parts. Takes seconds at most; its bytes stay where they are. */
    CompletionStage<Finding> look(ExternalFile file);

    /** Whether all its bytes are those declared. Takes as long as a slow device's download. */
    CompletionStage<Finding> read(ExternalFile file);
}
